package org.smalloc4j;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import org.smalloc4j.internal.slab.InvariantWalk;

/**
 * A program for a {@link ChildJvm}: makes the calls of {@link CallScenario} from the first one on,
 * and prints those that leave something on the Java heap.
 */
final class JavaHeapUse {
  private JavaHeapUse() {}

  /**
   * Runs scenarios.
   *
   * @param arguments how often each one is run; the first part of the names of scenarios, or none
   *     for all; and "virtual" for a virtual thread
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    String names = arguments.length > 1 ? arguments[1] : "";
    boolean isVirtual = arguments.length > 2;
    List<CallScenario> scenarios =
        CallScenarios.all().stream()
            .filter(scenario -> !scenario.onJavaHeap() && scenario.inBuild())
            .filter(scenario -> scenario.name().startsWith(names))
            // Threads that are started beside it are counted with its carrier.
            .filter(scenario -> !isVirtual || !scenario.name().endsWith("of a thread"))
            .toList();
    // The only carrier of virtual threads, or the thread itself.
    FutureTask<Long> id = new FutureTask<>(JavaHeapUse::platformThreadId);
    FutureTask<long[]> all = new FutureTask<>(() -> runAll(scenarios, rounds, id.get()));
    if (isVirtual) {
      Thread.ofVirtual().start(id).join();
      Thread.ofVirtual().start(all).join();
    } else {
      Thread thread =
          new Thread(
              () -> {
                id.run();
                all.run();
              });
      thread.start();
      thread.join();
    }
    long[] counts = all.get();
    System.out.printf(
        Locale.ROOT,
        "%d scenarios, %d calls, %d left %d bytes on the Java heap%n",
        scenarios.size(),
        counts[0],
        counts[1],
        counts[2]);
    System.exit(counts[1] == 0 && counts[0] > 0 ? 0 : 1);
  }

  /**
   * Where the caller is compiled: code that is thrown away puts the objects on the Java heap which
   * it had kept in registers, once.
   */
  private static final long ALLOWED_BYTES = Long.getLong("smalloc4j.allowedBytes", 0);

  private static long platformThreadId() {
    Thread current = Thread.currentThread();
    if (!current.isVirtual()) {
      return current.threadId();
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> current.toString().endsWith(thread.getName()))
        .findFirst()
        .orElseThrow()
        .threadId();
  }

  private static long[] runAll(List<CallScenario> scenarios, int rounds, long threadId) {
    long[] counts = new long[3];
    for (CallScenario scenario : scenarios) {
      Smalloc heap = scenario.heap().get();
      try (CountedCalls calls = new CountedCalls(heap, JavaHeapUse::walk, threadId)) {
        scenario.setUp().accept(calls, heap);
        for (int i = 0; i < rounds; i++) {
          long before = calls.callsThatAllocated();
          scenario.calls().accept(calls, heap);
          if (calls.callsThatAllocated() > before && calls.bytes() > ALLOWED_BYTES) {
            System.out.println(
                "FAIL " + scenario.name() + ": in round " + i + ", " + calls.bytes() + " bytes");
          }
        }
        calls.freeAll();
        counts[0] += calls.calls();
        counts[1] += calls.bytes() > ALLOWED_BYTES ? calls.callsThatAllocated() : 0;
        counts[2] += calls.bytes();
      }
      heap.close();
    }
    return counts;
  }

  private static void walk(Allocator heap, Collection<Long> live) {
    InvariantWalk.check(((Smalloc) heap).heap(), live);
  }
}
