package org.smalloc4j.stress.random;

import java.util.concurrent.locks.LockSupport;
import org.smalloc4j.HeapArena;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * How a virtual thread leaves its carrier, or is kept from leaving it, between calls of the
 * allocator.
 */
enum Blocking {
  /** Lets others have the carrier, and goes on with any. */
  YIELD(50) {
    @Override
    @SuppressWarnings("ThreadPriorityCheck") // that is what is tested
    void between(Ground ground, int dice, Runnable calls) {
      calls.run();
      Thread.yield();
      calls.run();
    }
  },

  /** Parks. */
  PARK(15) {
    @Override
    void between(Ground ground, int dice, Runnable calls) {
      calls.run();
      LockSupport.parkNanos(SHORT_NANOS);
      calls.run();
    }
  },

  /** Waits for a monitor, and parks while it has it. */
  MONITOR(15) {
    @Override
    void between(Ground ground, int dice, Runnable calls) {
      calls.run();
      synchronized (ground.monitor(dice)) {
        calls.run();
        LockSupport.parkNanos(SHORT_NANOS);
        calls.run();
      }
      calls.run();
    }
  },

  /** Parks below a C function, where it takes its carrier along. */
  NATIVE_FRAME(5) {
    @Override
    void between(Ground ground, int dice, Runnable calls) {
      Pinned.run(() -> PARK.between(ground, dice, calls));
    }
  },

  /** Allocates and blocks while an arena of the same heap is closed: in a cleanup of its. */
  CLEANUP(5) {
    @Override
    void between(Ground ground, int dice, Runnable calls) {
      try (HeapArena arena = ground.heap().confinedArena()) {
        arena.allocate(dice & 1023);
        RawMemory.atEndOf(arena, () -> YIELD.between(ground, dice, calls));
        RawMemory.atEndOf(arena, () -> PARK.between(ground, dice, calls));
      }
    }
  },

  /** Has C code allocate from an allocator that yields and parks in front of the heap. */
  UPCALL(10) {
    @Override
    void between(Ground ground, int dice, Runnable calls) {
      long block = ground.mallocByC(1 + (dice & 1023));
      PARK.between(ground, dice, calls);
      ground.freeByC(block);
    }
  };

  private static final long SHORT_NANOS = 1_000;
  private static final Blocking[] ALL = values();
  private static final int SUM = 100;

  /** How often, of {@link #SUM} times. */
  private final int share;

  Blocking(int share) {
    this.share = share;
  }

  /** Returns the one that a random number stands for. */
  static Blocking of(int random) {
    int left = Math.floorMod(random, SUM);
    for (Blocking each : ALL) {
      left -= each.share;
      if (left < 0) {
        return each;
      }
    }
    throw new AssertionError("the shares are not " + SUM + " in all");
  }

  /**
   * Makes calls before, while and after it blocks. They must not throw: some are made by C code.
   */
  abstract void between(Ground ground, int dice, Runnable calls);
}
