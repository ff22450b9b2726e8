package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.arena.BumpArena;
import org.smalloc4j.arena.ThreadArenas;
import org.smalloc4j.pool.BlockPool;
import org.smalloc4j.pool.ObjectPool;

/**
 * A program for a JVM with a small Java heap: fills it, leaves a little, and lets arenas and pools
 * run into its end over and over. Exits with 1 if one of them was not as before.
 */
enum HeapFullProgram {
  /** The only one. */
  ALL;

  private static final @Nullable Object[] NOTHING = {};
  private static @Nullable Object[] filling = NOTHING;
  private static boolean linking;

  private interface Call {
    void run();
  }

  /** Runs the program; prints how many calls failed. */
  public static void main(String[] arguments) {
    int failed = 0;
    try (Smalloc heap = Smalloc.create()) {
      // Every call once before: the JVM links a call at its first time, and needs Java heap for it.
      warmUp(heap);
      for (int left = 0; left < 12; left++) {
        failed += arena(heap, left);
        check(heap.stats().liveBlocks() == 0, "blocks left by an arena, " + left);
        failed += pool(heap, left);
        check(heap.stats().liveBlocks() == 0, "blocks left by a pool, " + left);
        failed += objects(heap, left);
        check(heap.stats().liveBlocks() == 0, "blocks left by an object pool, " + left);
        failed += threads(heap, left);
        check(heap.stats().liveBlocks() == 0, "blocks left by thread arenas, " + left);
      }
    }
    System.out.print(failed);
  }

  private static void warmUp(Smalloc heap) {
    heap.free(heap.malloc(8));
    for (int round = 0; round < 3; round++) {
      linking = true;
      arena(heap, 0);
      pool(heap, 0);
      objects(heap, 0);
      threads(heap, 0);
      linking = false;
    }
  }

  /** Makes a call while all but {@code left} pieces of 24 bytes of the Java heap are in use. */
  private static boolean fails(int left, Call call) {
    try {
      if (!linking) {
        fill(left);
      }
      call.run();
      return false;
    } catch (OutOfMemoryError full) {
      return true;
    } finally {
      filling = NOTHING;
    }
  }

  private static void fill(int left) {
    @Nullable Object[] top = null;
    filling = new Object[] {null};
    for (int bytes = 1 << 20; bytes > 0; bytes /= 16) {
      try {
        while (true) {
          top = bytes >= 256 ? new Object[] {filling, new byte[bytes]} : new Object[] {filling};
          filling = top;
        }
      } catch (OutOfMemoryError full) {
        if (bytes < 256) {
          break;
        }
      }
    }
    for (int i = 0; i < left; i++) {
      Object below = filling[0];
      if (below instanceof Object[] rest) {
        filling = rest;
      }
    }
  }

  private static int arena(Smalloc heap, int left) {
    try (BumpArena arena = BumpArena.over(heap, 64, 1024)) {
      arena.malloc(60, 1);
      int failed = 0;
      for (long byteSize : new long[] {4, 100, 5000}) {
        long used = arena.usedBytes();
        long held = arena.heldBytes();
        if (fails(left, () -> arena.allocate(byteSize, 8))) {
          check(used == arena.usedBytes() && held == arena.heldBytes(), "arena");
          failed++;
        }
      }
      long used = arena.usedBytes();
      if (fails(left, arena::mark)) {
        failed++;
      }
      arena.rollback(arena.mark());
      check(used == arena.usedBytes(), "marks");
      return failed;
    }
  }

  private static int pool(Smalloc heap, int left) {
    try (BlockPool pool = BlockPool.bounded(heap, ValueLayout.JAVA_LONG, 20, 50)) {
      int failed = fails(left, pool::acquire) ? 1 : 0;
      long held = pool.heldBlocks();
      check(pool.liveBlocks() == 1 - failed && held == 20 * (1 - failed), "pool");
      List<Long> live = new ArrayList<>();
      while (pool.liveBlocks() < 50) {
        live.add(pool.acquire());
      }
      check(pool.tryAcquire() == Allocator.NULL, "bound");
      live.forEach(pool::release);
      return failed;
    }
  }

  private static int objects(Smalloc heap, int left) {
    try (ObjectPool<MemorySegment> pool =
        ObjectPool.of(heap, ValueLayout.JAVA_LONG, 20, memory -> memory)) {
      for (int i = 0; i < 8; i++) {
        pool.acquire();
      }
      int failed = fails(left, pool::acquire) ? 1 : 0;
      check(pool.liveObjects() == 9 - failed, "objects");
      MemorySegment next = pool.acquire();
      pool.release(next);
      check(pool.acquire() == next, "objects again");
      return failed;
    }
  }

  private static int threads(Smalloc heap, int left) {
    try (ThreadArenas arenas = ThreadArenas.over(heap)) {
      int failed = fails(left, arenas::current) ? 1 : 0;
      check(arenas.count() == 1 - failed, "thread arenas");
      arenas.current().malloc(1, 1);
      check(arenas.count() == 1, "thread arenas again");
      return failed;
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
