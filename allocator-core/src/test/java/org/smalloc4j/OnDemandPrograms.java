package org.smalloc4j;

import static org.smalloc4j.ChildPrograms.check;
import static org.smalloc4j.ChildPrograms.residentKib;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Programs for a {@link ChildJvm} whose memory is bounded or locked. */
enum OnDemandPrograms {
  /**
   * Works with a heap of 2^44 bytes in a data segment of 1 GiB, and prints why 1 GiB is refused.
   */
  BOUNDED_DATA {
    @Override
    void run() {
      try (Smalloc heap = Smalloc.create()) {
        check(heap.stats().reservedBytes() == 1L << 44, "reserved " + heap.stats().reservedBytes());
        try {
          heap.malloc(1 << 30);
        } catch (OutOfMemoryError refused) {
          System.out.print(refused.getMessage());
        }
        use(heap);
      }
    }
  },

  /** Works with a region of an explicit size in a data segment of 1 GiB. */
  BOUNDED_DATA_EXACT_REGION {
    @Override
    void run() {
      try (Smalloc heap = Smalloc.builder().regionBits(40).build()) {
        check(heap.stats().reservedBytes() == 1L << 40, "reserved " + heap.stats().reservedBytes());
        use(heap);
      }
    }
  },

  /** Locks all memory when there is a heap that becomes accessible bit by bit. */
  LOCKED_ON_DEMAND {
    @Override
    void run() throws Throwable {
      try (Smalloc heap = Smalloc.builder().commitOnDemand(true).build()) {
        lockedAfter(heap);
      }
    }
  },

  /** Locks all memory when there is a heap of 4 GiB of addresses with the defaults. */
  LOCKED {
    @Override
    void run() throws Throwable {
      try (Smalloc heap = Smalloc.builder().regionBits(32).build()) {
        lockedAfter(heap);
      }
    }
  },

  /** Makes a heap when all memory that the process maps is locked. */
  LOCKED_BEFORE {
    @Override
    void run() throws Throwable {
      check(mlockall(MCL_FUTURE) == 0, "mlockall(MCL_FUTURE)");
      long before = residentKib();
      try (Smalloc heap = Smalloc.create()) {
        check(heap.stats().reservedBytes() == 1L << 44, "reserved " + heap.stats().reservedBytes());
        use(heap);
        long grown = residentKib() - before;
        check(grown < 700 << 10, "resident +" + grown + " KiB");
      }
    }
  };

  private static final int MCL_CURRENT = 1;
  private static final int MCL_FUTURE = 2;

  /** Runs the program. */
  abstract void run() throws Throwable;

  /**
   * Runs a program.
   *
   * @param arguments its name
   */
  public static void main(String[] arguments) throws Throwable {
    valueOf(arguments[0]).run();
  }

  private static void lockedAfter(Smalloc heap) throws Throwable {
    OffHeap.storeLong(heap.malloc(64), 1);
    long before = residentKib();
    check(mlockall(MCL_CURRENT) == 0, "mlockall(MCL_CURRENT)");
    long grown = residentKib() - before;
    check(grown < 1000 << 10, "resident +" + grown + " KiB");
    for (int i = 0; i < 10_000; i++) {
      long block = heap.malloc(1000);
      OffHeap.storeLong(block + 992, i);
      heap.free(i % 2 == 0 ? block : heap.malloc(i));
    }
  }

  /** Uses a block of 64 MiB, 192 MiB in blocks of 1,000 bytes, and others of each size. */
  private static void use(Smalloc heap) {
    long large = heap.malloc(64 << 20);
    OffHeap.storeLong(large + (64 << 20) - 8, 1);
    long last = 0;
    for (long bytes = 0; bytes < 192 << 20; bytes += 1000) {
      long block = heap.malloc(1000);
      OffHeap.storeLong(block, last);
      OffHeap.storeLong(block + 992, bytes);
      last = block;
    }
    for (long byteSize = 8; byteSize <= 16 << 20; byteSize <<= 1) {
      long block = heap.malloc(byteSize);
      OffHeap.storeLong(block + byteSize - 8, 1);
      heap.free(block);
    }
    while (last != 0) {
      long next = OffHeap.loadLong(last);
      heap.free(last);
      last = next;
    }
    heap.free(large);
    check(heap.stats().liveBlocks() <= 1, "live " + heap.stats().liveBlocks());
    heap.trim();
    OffHeap.storeLong(heap.malloc(64 << 20), 1);
  }

  @SuppressWarnings("restricted")
  private static int mlockall(int flags) throws Throwable {
    Linker linker = Linker.nativeLinker();
    return (int)
        linker
            .downcallHandle(
                linker.defaultLookup().findOrThrow("mlockall"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
            .invokeExact(flags);
  }
}
