package org.smalloc4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.smalloc4j.internal.slab.InvariantWalk;

/**
 * A program for a {@link ChildJvm}: makes the calls of {@link CallScenario} while the Java heap is
 * full, with room for a few objects and a few more. Prints a line for each scenario that fails.
 */
final class JavaHeapExhaustion {
  private static final int[] OBJECTS_LEFT = {0, 1, 2, 3, 4, 6, 9, 14, 22, 40, 80};

  private JavaHeapExhaustion() {}

  /**
   * Runs scenarios.
   *
   * @param arguments the first part of the names of scenarios, or none for all
   */
  public static void main(String[] arguments) {
    String names = arguments.length > 0 ? arguments[0] : "";
    long calls = 0;
    long refused = 0;
    List<String> failures = new ArrayList<>();
    List<CallScenario> scenarios =
        CallScenarios.all().stream()
            .filter(scenario -> scenario.inBuild() && scenario.name().startsWith(names))
            .toList();
    for (CallScenario scenario : scenarios) {
      Smalloc heap = scenario.heap().get();
      try (HungryCalls hungry = new HungryCalls(heap, JavaHeapExhaustion::walk)) {
        try {
          run(scenario, hungry, heap);
        } finally {
          calls += hungry.calls();
          refused += hungry.refused();
        }
        if (!scenario.onJavaHeap() && hungry.refused() > 0) {
          failures.add(scenario.name() + ": " + hungry.refused() + " calls needed Java heap");
        }
        heap.close();
      } catch (Throwable t) {
        failures.add(scenario.name() + ": " + describe(t));
      }
    }
    failures.forEach(failure -> System.out.println("FAIL " + failure));
    System.out.printf(
        Locale.ROOT,
        "%d calls, %d refused, %d of %d scenarios failed%n",
        calls,
        refused,
        failures.size(),
        scenarios.size());
    System.exit(failures.isEmpty() ? 0 : 1);
  }

  private static void run(CallScenario scenario, HungryCalls hungry, Smalloc heap) {
    scenario.setUp().accept(hungry, heap);
    for (int left : OBJECTS_LEFT) {
      hungry.leave(left);
      try {
        scenario.calls().accept(hungry, heap);
        hungry.compare();
      } catch (AssertionError | RuntimeException | LinkageError e) {
        throw new AssertionError("room for " + left + " objects", e);
      }
    }
    hungry.freeAll();
  }

  private static String describe(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      text.append(t).append(" / ");
    }
    return text.toString().replace('\n', ' ');
  }

  private static void walk(Allocator heap, Collection<Long> live) {
    InvariantWalk.check(((Smalloc) heap).heap(), live);
  }
}
