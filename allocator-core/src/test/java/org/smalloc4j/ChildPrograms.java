package org.smalloc4j;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.smalloc4j.internal.os.Carriers;

/** Programs for a {@link ChildJvm}. They need nothing but the JDK, and exit with 1 if they fail. */
enum ChildPrograms {
  /** Prints the region that a heap without an explicit size got, after having worked with it. */
  STEP_DOWN {
    @Override
    void run() throws InterruptedException {
      try (Smalloc heap = Smalloc.create()) {
        work(heap);
        AllocatorStats stats = heap.stats();
        System.out.print(stats.refusedBits() + " " + stats.reservedBytes());
      }
    }
  },

  /** Allocates a block of 64 MiB, 192 MiB in blocks of 1,000 bytes, and others of each size. */
  LARGE_AND_MANY {
    @Override
    void run() {
      Smalloc heap = Smalloc.create();
      heap.malloc(64 << 20);
      for (long bytes = 0; bytes < 192 << 20; bytes += 1000) {
        heap.malloc(1000);
      }
      for (long byteSize = 1; byteSize <= 32 << 20; byteSize <<= 1) {
        heap.free(heap.malloc(byteSize));
      }
    }
  },

  /** Locks a heap of 2 GiB of addresses, uses 64 MiB, trims; or prints why not. */
  LOCKED {
    @Override
    void run() {
      long before = residentKib();
      Smalloc heap;
      try {
        heap = Smalloc.builder().regionBits(31).lockMemory(true).build();
      } catch (OutOfMemoryError refused) {
        System.out.print("refused " + refused.getMessage());
        return;
      }
      long[] blocks = new long[256];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = heap.calloc(256 << 10);
        OffHeap.fill(blocks[i], 256 << 10, (byte) 1);
      }
      long used = residentKib() - before;
      check(used > 60 << 10 && used < 160 << 10, "resident " + used + " KiB");
      for (long block : blocks) {
        heap.free(block);
      }
      long given = heap.trim();
      check(given >= 60 << 20, "given back " + given);
      check(residentKib() - before < used - (50 << 10), "resident after trim");
      System.out.print("locked");
    }
  },

  /** Prints why the region of an explicit size was refused. */
  REFUSED_EXACT_REGION {
    @Override
    void run() {
      try {
        Smalloc.builder().name("wide").regionBits(44).build().close();
      } catch (OutOfMemoryError refused) {
        System.out.print(refused.getMessage());
      }
    }
  },

  /** Makes heaps until one is refused, and prints why; the others work, and so do later ones. */
  REFUSED_AFTER_MANY {
    @Override
    void run() throws InterruptedException {
      List<Smalloc> heaps = new ArrayList<>();
      String refusal = null;
      while (refusal == null) {
        try {
          heaps.add(Smalloc.create());
        } catch (OutOfMemoryError refused) {
          refusal = refused.getMessage();
        }
      }
      work(heaps.getFirst());
      work(heaps.getLast());
      heaps.forEach(Smalloc::close);
      try (Smalloc next = Smalloc.create()) {
        work(next);
      }
      System.out.print(refusal);
    }
  },

  /** Works with two heaps of 2^44 bytes. */
  TWO_LARGE_HEAPS {
    @Override
    void run() throws InterruptedException {
      try (Smalloc one = Smalloc.builder().regionBits(44).build();
          Smalloc other = Smalloc.builder().regionBits(44).build()) {
        work(one);
        work(other);
        check(!other.owns(one.malloc(8)), "regions are disjoint");
      }
    }
  },

  /** Makes the first heap of the process, and nothing else. */
  FIRST_HEAP {
    @Override
    void run() {
      Smalloc.create().close();
    }
  },

  /** Makes the first heap of the process, and 1,000 pairs of malloc and free in it. */
  FIRST_PAIRS {
    @Override
    void run() {
      try (Smalloc heap = Smalloc.create()) {
        for (int i = 0; i < 1_000; i++) {
          heap.free(heap.malloc(8));
        }
      }
    }
  },

  /** Has a virtual thread allocate a block: its carrier owns a slab if a run was claimed for it. */
  CARRIER_OWNS {
    @Override
    void run() throws InterruptedException {
      checkVisible(false);
    }
  },

  /** The same where the JDK shows us the carrier. */
  VISIBLE_CARRIER_OWNS {
    @Override
    void run() throws InterruptedException {
      checkVisible(true);
    }
  },

  /** Runs virtual threads one after the other, each on a native thread that ends with it. */
  CARRIERS_THAT_END {
    private static final int BLOCKS = 100;

    @Override
    void run() throws InterruptedException {
      try (Smalloc heap = Smalloc.create()) {
        runThread(heap);
        long taken = heap.stats().takenBytes();
        for (int i = 0; i < 200; i++) {
          runThread(heap);
        }
        check(heap.stats().liveBlocks() == 0, "no live blocks");
        // Between a thread's end and that of its native one the next may find another slab; without
        // adoption they have 56.
        check(heap.stats().takenBytes() <= 20 * taken, "slabs are adopted");
      }
    }

    private static void runThread(Smalloc heap) throws InterruptedException {
      int before = nativeThreads();
      Thread.ofVirtual().start(() -> use(heap)).join();
      for (int i = 0; i < 1_000 && nativeThreads() > before; i++) {
        Thread.onSpinWait();
      }
    }

    private static int nativeThreads() {
      String[] threads = new File("/proc/self/task").list();
      return threads == null ? 0 : threads.length;
    }

    private static void use(Smalloc heap) {
      long[] blocks = new long[BLOCKS];
      for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = heap.malloc(1024);
      }
      for (long block : blocks) {
        heap.free(block);
      }
    }
  },

  /** Calls malloc, calloc, realloc and free millions of times: with garbage no heap would do. */
  NO_GARBAGE {
    private static final int TIMES = 10_000_000;

    @Override
    void run() throws InterruptedException {
      try (Smalloc heap = Smalloc.create()) {
        callAll(heap);
        Thread.ofVirtual().start(() -> callAll(heap)).join();
        check(heap.stats().liveBlocks() == 0, "no live blocks");
      }
    }

    private static void callAll(Smalloc heap) {
      for (int i = 0; i < TIMES; i++) {
        long p = heap.malloc(16);
        long q = heap.calloc(100);
        heap.free(p);
        heap.free(heap.realloc(q, 200));
      }
    }
  },

  /** Allocates from arenas while the Java heap is full: nothing is lost, nothing is freed twice. */
  ARENA_WITH_FULL_JAVA_HEAP {
    @Override
    void run() {
      System.out.print(ArenaWithFullJavaHeap.run());
    }
  },

  /** Uses everything, with errors. */
  EVERYTHING {
    @Override
    void run() throws InterruptedException {
      work(Smalloc.global());
      Smalloc heap = Smalloc.create();
      work(heap);
      long p = heap.malloc(8);
      heap.free(p);
      refused(() -> heap.free(p));
      refused(() -> heap.free(p + 1));
      refused(() -> heap.malloc(-1));
      refused(() -> heap.malloc(Long.MAX_VALUE));
      refused(() -> Smalloc.builder().regionBits(99));
      heap.malloc(100);
      heap.close();
      refused(heap::stats);
      refused(Smalloc.global()::close);
    }

    private static void refused(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException | OutOfMemoryError e) {
        return;
      }
      throw new AssertionError("not refused");
    }
  };

  /** Runs the program. */
  abstract void run() throws InterruptedException;

  /**
   * Runs a program.
   *
   * @param arguments its name
   */
  public static void main(String[] arguments) throws InterruptedException {
    valueOf(arguments[0]).run();
  }

  private static void checkVisible(boolean visible) throws InterruptedException {
    check(Carriers.ARE_VISIBLE == visible, "carriers are visible: " + visible);
    try (Smalloc heap = Smalloc.create();
        Smalloc limited = Smalloc.builder().maxBytes(1 << 20).build()) {
      Thread.ofVirtual()
          .start(
              () -> {
                heap.free(heap.malloc(1024));
                limited.free(limited.malloc(1024));
              })
          .join();
      check(heap.stats().takenBytes() > 1024, "a run");
      check(limited.stats().takenBytes() == 1024, "a slot");
    }
  }

  /** Returns the resident memory of this process. */
  static long residentKib() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** Allocates, hands over and frees in a few threads beside a garbage collection or two. */
  private static void work(Smalloc heap) throws InterruptedException {
    ConcurrentLinkedQueue<Long> handedOver = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread.Builder kind = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      threads.add(kind.start(() -> churn(heap, handedOver, failures)));
    }
    System.gc();
    for (Thread thread : threads) {
      thread.join();
    }
    check(failures.isEmpty(), "failures " + failures);
    handedOver.forEach(heap::free);
    try (Arena arena = heap.confinedArena()) {
      arena.allocate(1000, 8);
      check(heap.stats().liveBlocks() == 1, "one live block");
    }
    check(heap.trim() >= 0, "trim");
    check(heap.stats().liveBlocks() == 0, "no live blocks");
  }

  private static void churn(
      Smalloc heap,
      ConcurrentLinkedQueue<Long> handedOver,
      ConcurrentLinkedQueue<Throwable> failures) {
    try {
      for (int i = 0; i < 5000; i++) {
        long p = heap.calloc(8 + i % 500);
        check(OffHeap.loadLong(p) == 0, "zero");
        OffHeap.storeLong(p, p);
        handedOver.add(p);
        Long q = handedOver.poll();
        if (q != null && i % 10 != 0) {
          check(OffHeap.loadLong(q) == q, "contents");
          heap.free(q);
        } else if (q != null) {
          handedOver.add(q);
        }
      }
    } catch (Throwable failure) {
      failures.add(failure);
    }
  }
}
