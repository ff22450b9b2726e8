package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;

/**
 * A program for a JVM with a small Java heap: fills it but for some bytes, and makes a few calls on
 * new allocators. A call that ends with {@link OutOfMemoryError} must have left nothing mapped.
 * Prints how many did so.
 */
final class FullHeapProgram {
  private static final int LARGEST_ROOM = 200_000;

  private static final @Nullable Object[] NOTHING = {};
  private static @Nullable Object[] filling = NOTHING;
  private static byte @Nullable [] room;

  private FullHeapProgram() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    int failed = 0;
    calls(new PageAllocator(new LimitedMemory(1L << 42)), new long[1]); // links what is called
    calls(new BinnedAllocator("linked", new LimitedMemory(1L << 42), 8), new long[1]);
    for (int left = 0; left < LARGEST_ROOM; left += 1 + left / 3) {
      LimitedMemory ofPages = new LimitedMemory(1L << 42);
      failed += withRoom(left, new PageAllocator(ofPages), ofPages);
      LimitedMemory ofBins = new LimitedMemory(1L << 42);
      failed += withRoom(left, new BinnedAllocator("full", ofBins, 8), ofBins);
    }
    System.out.print(failed);
  }

  /** Makes calls while the Java heap has so many bytes left; returns how many were refused. */
  private static int withRoom(int left, Allocator allocator, LimitedMemory memory) {
    long[] live = new long[1];
    int refused = 0;
    fill(left);
    try {
      calls(allocator, live);
    } catch (OutOfMemoryError full) {
      refused = 1;
    }
    filling = NOTHING;
    check(memory.heldBytes() == allocator.stats().reservedBytes(), left + ": something is left");
    long blocks = allocator.stats().liveBlocks();
    check(blocks == live[0], left + ": " + blocks + " live, " + live[0] + " are known");
    allocator.close();
    check(memory.heldBytes() == 0, left + ": something is left after close");
    return refused;
  }

  /** Allocates, and counts what is live, whatever is thrown. */
  private static void calls(Allocator allocator, long[] live) {
    for (long byteSize : new long[] {4, 10_000, 1 << 20}) {
      long p = allocator.malloc(byteSize);
      live[0]++;
      long far = allocator.malloc(byteSize, 1L << 31); // in another part of the table
      live[0]++;
      allocator.malloc(1);
      live[0]++;
      p = allocator.realloc(p, 3 * byteSize + 40_000);
      allocator.free(far);
      live[0]--;
      allocator.free(p);
      live[0]--;
    }
  }

  private static void fill(int left) {
    room = new byte[left];
    for (int bytes = 1 << 20; bytes > 0; bytes /= 4) {
      try {
        while (true) {
          filling = new @Nullable Object[] {filling, new byte[bytes]};
        }
      } catch (OutOfMemoryError full) {
        // then smaller ones
      }
    }
    room = null;
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
