package org.smalloc4j;

import java.util.Arrays;
import org.smalloc4j.FaultyAllocator.Fault;

/** Runs the sweep of {@link StackExhaustion} over each {@link FaultyAllocator}. */
final class StackControls {
  private StackControls() {}

  /** Prints the faults that were found; fails if one was found in the allocator that has none. */
  static void run() {
    Stairs stairs = Stairs.ofThisThread();
    int deepest = stairs.deepestReached();
    System.out.print(
        String.join(
            " ",
            Arrays.stream(Fault.values())
                .filter(fault -> isFound(fault, stairs, deepest))
                .map(Fault::name)
                .toList()));
  }

  private static boolean isFound(Fault fault, Stairs stairs, int deepest) {
    FaultyAllocator faulty = new FaultyAllocator(fault);
    try (DeepCalls deep = new DeepCalls(faulty, FaultyAllocator::walk, stairs)) {
      StackExhaustion.sweep(
          1,
          depth -> {
            deep.at(depth);
            long[] blocks = deep.take(20, _ -> faulty.malloc(1));
            deep.end(
                blocks,
                i -> {
                  faulty.free(blocks[i]);
                  return 0;
                });
            deep.compare();
          },
          deepest,
          deep);
      return false;
    } catch (AssertionError | RuntimeException found) {
      return true;
    }
  }
}
