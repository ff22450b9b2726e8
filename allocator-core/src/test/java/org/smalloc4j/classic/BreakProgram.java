package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The published form: a heap at the end of the process's data segment. */
final class BreakProgram {
  private BreakProgram() {}

  /** Allocates blocks on the break and frees them. */
  public static void main(String[] args) {
    SplittableRandom random = new SplittableRandom(80);
    List<Long> live = new ArrayList<>();
    try (FirstFitAllocator heap = FirstFitAllocator.raw(Growers.brk(16 << 20))) {
      for (int i = 0; i < 10_000; i++) {
        live.add(heap.calloc(random.nextInt(1000)));
      }
      System.out.print(heap.stats().liveBlocks() + " blocks");
      live.forEach(heap::free);
      if (heap.stats().liveBlocks() != 0) {
        throw new AssertionError("blocks are left");
      }
    }
  }
}
