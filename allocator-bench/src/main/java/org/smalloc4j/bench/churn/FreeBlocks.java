package org.smalloc4j.bench.churn;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * A heap with many free blocks of 64 bytes, and what its figures cost then. Blocks are handed over
 * as lists, linked by their first words.
 */
public final class FreeBlocks {
  private static final int BYTE_SIZE = 64;
  private static final int THREADS = 16;
  private static final int CALLS = 20;

  /** Who allocates and frees. */
  public enum Kind {
    OWNER("freed by their owner"),
    OTHER("freed by another live thread"),
    VIRTUAL("freed by virtual threads"),
    ALL_VIRTUAL("freed by virtual threads, as allocated"),
    DEAD("freed by threads that ended, as allocated");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * CPU time of the first call of {@code stats}, and of later ones, which find its code compiled.
   *
   * @param freeBlocks what the figures say of the blocks of that size
   * @param liveBlocks what they say is live, which nothing is
   */
  public record Result(
      long freeBlocks,
      long liveBlocks,
      double firstMillis,
      double medianMillis,
      double mostMillis) {}

  private final int blocks;
  private final Smalloc heap = Smalloc.create();

  private FreeBlocks(int blocks) {
    this.blocks = blocks;
  }

  /** Allocates and frees so many blocks, and asks for the figures. */
  public static Result measure(Kind kind, int blocks) throws InterruptedException {
    return new FreeBlocks(blocks).measure(kind);
  }

  private Result measure(Kind kind) throws InterruptedException {
    try (heap) {
      var asked = new CountDownLatch(1);
      switch (kind) {
        case OWNER -> free(allocate(blocks));
        case OTHER -> freeInThread(allocate(blocks), asked);
        case VIRTUAL -> {
          long[] lists = new long[THREADS];
          Arrays.setAll(lists, _ -> allocate(blocks / THREADS));
          for (long list : lists) {
            Thread.ofVirtual().start(() -> free(list)).join();
          }
        }
        case ALL_VIRTUAL -> allocateAndFreeIn(Thread.ofVirtual());
        case DEAD -> allocateAndFreeIn(Thread.ofPlatform());
      }
      Result result = ask();
      asked.countDown();
      return result;
    }
  }

  /** Frees in a thread that lives on until the figures were asked for. */
  private void freeInThread(long list, CountDownLatch asked) throws InterruptedException {
    var freed = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              free(list);
              freed.countDown();
              awaitUninterruptibly(asked);
            });
    freed.await();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  /** All of them are alive at the same time, so that each one has its own part of the heap. */
  private void allocateAndFreeIn(Thread.Builder builder) throws InterruptedException {
    var allAreAlive = new CountDownLatch(THREADS);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          builder.start(
              () -> {
                long list = allocate(blocks / THREADS);
                allAreAlive.countDown();
                awaitUninterruptibly(allAreAlive);
                free(list);
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private long allocate(int count) {
    long last = 0;
    for (int i = 0; i < count; i++) {
      long block = heap.malloc(BYTE_SIZE);
      OffHeap.storeLong(block, last);
      last = block;
    }
    return last;
  }

  private void free(long list) {
    for (long block = list; block != 0; ) {
      long next = OffHeap.loadLong(block);
      heap.free(block);
      block = next;
    }
  }

  private Result ask() {
    var threads = ManagementFactory.getThreadMXBean();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      long start = threads.getCurrentThreadCpuTime();
      heap.stats();
      millis.add((threads.getCurrentThreadCpuTime() - start) / 1e6);
    }
    AllocatorStats stats = heap.stats();
    double first = millis.removeFirst();
    List<Double> sorted = millis.stream().sorted().toList();
    long free =
        stats.sizeClasses().stream()
            .filter(each -> each.slotBytes() == BYTE_SIZE)
            .mapToLong(AllocatorStats.SizeClassStats::freeBlocks)
            .sum();
    return new Result(
        free, stats.liveBlocks(), first, sorted.get(sorted.size() / 2), sorted.getLast());
  }
}
