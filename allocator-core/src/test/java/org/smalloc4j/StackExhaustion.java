package org.smalloc4j;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.smalloc4j.internal.slab.InvariantWalk;

/**
 * A program for a {@link ChildJvm}: makes the calls of {@link CallScenario} where the stack is at
 * its end, in two threads with a stack each. Prints a line for each scenario that fails, and
 * counts.
 */
final class StackExhaustion {
  private static final int STACK_BYTES = 320 << 10;
  private static final int THREADS = 2;

  /**
   * Makes all scenarios run, also those for which the build has no time, and compares at each
   * depth, not only where another number of calls overflowed than before and every 128 bytes.
   */
  private static final boolean ALL = Boolean.getBoolean("smalloc4j.allScenarios");

  /** Bytes without an overflow before which there is none either. */
  private static final int CALM_BYTES = 512;

  /** Bytes before the end of the stack in which random depths are. */
  private static final int RANDOM_BYTES = 2560;

  private final Queue<CallScenario> scenarios = new ConcurrentLinkedQueue<>();
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong depths = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong overflows = new AtomicLong();
  private final boolean verbose = Boolean.getBoolean("verbose");
  private final Plan plan;
  private final int warmUps;

  /** Chooses the depths for one scenario. */
  private interface Plan {
    void run(AtDepth calls, int deepest, DeepCalls deep);
  }

  /** Makes the calls of a scenario at a depth. */
  interface AtDepth {
    void at(int depth);
  }

  private StackExhaustion(Plan plan, int warmUps, List<CallScenario> scenarios) {
    this.plan = plan;
    this.warmUps = warmUps;
    this.scenarios.addAll(scenarios);
  }

  /**
   * Runs scenarios.
   *
   * @param arguments "controls", which runs nothing else; or "sweep" and the bytes from one depth
   *     to the next, or "random" and the number of depths; how often each scenario is run before,
   *     for the JVM to compile it; the first part of the names of scenarios, or none for all; and
   *     "virtual" for virtual threads
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("controls")) {
      StackControls.run();
      return;
    }
    int number = Integer.parseInt(arguments[1]);
    String names = arguments.length > 3 ? arguments[3] : "";
    List<CallScenario> scenarios =
        CallScenarios.all().stream()
            .filter(scenario -> scenario.name().startsWith(names))
            .filter(scenario -> !scenario.name().contains("of a thread")) // not on this stack
            .filter(scenario -> ALL || scenario.inBuild())
            .toList();
    Plan plan =
        arguments[0].equals("sweep")
            ? (calls, deepest, deep) -> sweep(number / Stairs.STEP_BYTES, calls, deepest, deep)
            : random(Math.ceilDiv(number, scenarios.size()));
    StackExhaustion run = new StackExhaustion(plan, Integer.parseInt(arguments[2]), scenarios);
    run.runAll(arguments.length > 4);
    run.lines.forEach(System.out::println);
    System.out.printf(
        Locale.ROOT,
        "%s: %d calls at %d depths, %d stack overflows, %d of %d scenarios failed%n",
        arguments[0],
        run.calls.get(),
        run.depths.get(),
        run.overflows.get(),
        run.failed.get(),
        scenarios.size());
    System.exit(run.failed.get() == 0 ? 0 : 1);
  }

  private void runAll(boolean isVirtual) throws Exception {
    List<FutureTask<Boolean>> tasks =
        Stream.generate(() -> new FutureTask<>(this::work, true)).limit(THREADS).toList();
    for (FutureTask<Boolean> task : tasks) {
      Thread thread =
          isVirtual
              ? Thread.ofVirtual().unstarted(task)
              : new Thread(null, task, "deep", STACK_BYTES);
      thread.start();
    }
    for (FutureTask<Boolean> task : tasks) {
      task.get();
    }
  }

  private void work() {
    Stairs stairs = Stairs.ofThisThread();
    int deepest = stairs.deepestReached();
    for (CallScenario next = scenarios.poll(); next != null; next = scenarios.poll()) {
      run(next, stairs, deepest);
    }
  }

  private void run(CallScenario scenario, Stairs stairs, int deepest) {
    long started = System.nanoTime();
    Smalloc heap = scenario.heap().get();
    try (DeepCalls deep = new DeepCalls(heap, StackExhaustion::walk, stairs)) {
      try {
        scenario.setUp().accept(deep, heap);
        deep.at(0);
        for (int i = 0; i < warmUps; i++) {
          scenario.calls().accept(deep, heap);
        }
        long[] lastOverflows = {-1};
        plan.run(depth -> at(scenario, deep, heap, deepest, depth, lastOverflows), deepest, deep);
        deep.freeAll();
        heap.close();
      } finally {
        calls.addAndGet(deep.calls());
        overflows.addAndGet(deep.overflows());
        if (verbose) {
          long millis = (System.nanoTime() - started) / 1_000_000;
          lines.add(
              millis + " ms, " + deep.overflows() + " of " + deep.calls() + " " + scenario.name());
        }
      }
    } catch (Throwable t) { // with damage inside, nothing more is asked of the heap
      failed.incrementAndGet();
      lines.add("FAIL " + scenario.name() + ": " + describe(t));
    }
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

  private void at(
      CallScenario scenario,
      DeepCalls deep,
      Smalloc heap,
      int deepest,
      int depth,
      long[] lastOverflows) {
    depths.incrementAndGet();
    deep.at(depth);
    try {
      long before = deep.overflows();
      scenario.calls().accept(deep, heap);
      if (ALL || deep.overflows() - before != lastOverflows[0] || depth % 8 == 0) {
        deep.compare();
      }
      lastOverflows[0] = deep.overflows() - before;
    } catch (AssertionError | IllegalStateException | IllegalArgumentException e) {
      String where = (deepest - depth) * Stairs.STEP_BYTES + " bytes before the end";
      throw new AssertionError(where, e);
    }
  }

  /** Goes from the end of the stack up to where no call overflows it any more. */
  static void sweep(int steps, AtDepth calls, int deepest, DeepCalls deep) {
    int depth = deepest + 2;
    for (int calm = 0; calm < CALM_BYTES / Stairs.STEP_BYTES; depth -= steps) {
      if (depth < 0) {
        throw new AssertionError("the stack still ends at the first depth");
      }
      long before = deep.overflows();
      calls.at(depth);
      calm = deep.overflows() > before ? 0 : calm + steps;
    }
  }

  private static Plan random(int count) {
    SplittableRandom seeds = new SplittableRandom(13);
    return (calls, deepest, _) -> {
      SplittableRandom random = seeds.split();
      for (int i = 0; i < count; i++) {
        calls.at(deepest - random.nextInt(RANDOM_BYTES / Stairs.STEP_BYTES));
      }
    };
  }
}
