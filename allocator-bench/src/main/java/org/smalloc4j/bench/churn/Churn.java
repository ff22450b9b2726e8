package org.smalloc4j.bench.churn;

import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * Threads that each allocate 32 blocks of 16 to 512 bytes, hand them to whoever comes, take up to
 * 32 blocks of others, check and free them, and end. A block holds its own address.
 *
 * <p>The first 64 threads are alive at the same time, each with 64 blocks of each size, which takes
 * as much memory as a run of each size in each slab. After that, 512 blocks are on their way at the
 * most. So heaps differ by the number of threads that follow alone.
 */
public final class Churn {

  /** Threads that are alive at the same time. */
  private static final int AT_ONCE = 64;

  private static final int BLOCKS = 32;
  private static final int HANDED_OVER = 512;
  private static final int LEAST_BYTES = 16;
  private static final int SIZES = 6;
  private static final int BLOCKS_AT_ONCE = 64 * SIZES;

  /**
   * What is left after all threads have ended and all blocks are freed.
   *
   * @param takenBytes slot bytes that were ever handed out
   * @param residentBytes resident memory of the heap's region
   * @param liveBlocks blocks that the heap counts as live; 0 if none is lost
   * @param overwritten blocks that did not hold their address when they were freed
   */
  public record Result(
      String name,
      double seconds,
      long takenBytes,
      long residentBytes,
      long liveBlocks,
      long overwritten) {}

  private final String name;
  private final int threads;
  private final Thread.Builder builder;
  private final Smalloc heap = Smalloc.create();
  private final MpmcVarHandleArrayQueue<Long> handedOver =
      new MpmcVarHandleArrayQueue<>(HANDED_OVER);
  private final AtomicLong overwritten = new AtomicLong();

  private Churn(String name, int threads, Thread.Builder builder) {
    this.name = String.format(Locale.ROOT, "%,d %s threads", threads, name);
    this.threads = threads;
    this.builder = builder;
  }

  public static Churn ofPlatformThreads(int threads) {
    return new Churn("platform", threads, Thread.ofPlatform());
  }

  public static Churn ofVirtualThreads(int threads) {
    return new Churn("virtual", threads, Thread.ofVirtual());
  }

  public String name() {
    return name;
  }

  /** Runs all threads and closes the heap. */
  public Result run() throws InterruptedException {
    long start = System.nanoTime();
    allAtOnce();
    oneAfterTheOther();
    freeOthers(Integer.MAX_VALUE);
    double seconds = (System.nanoTime() - start) / 1e9;
    AllocatorStats stats = heap.stats();
    long block = heap.malloc(1);
    long resident = ResidentMemory.bytes(block & -stats.reservedBytes(), stats.reservedBytes());
    heap.free(block);
    long freeBytes = 0;
    for (SizeClassStats sizeClass : stats.sizeClasses()) {
      freeBytes += sizeClass.freeBlocks() * sizeClass.slotBytes();
    }
    heap.close();
    if (freeBytes + stats.liveBytes() != stats.takenBytes()) {
      throw new AssertionError("free and live bytes are not those taken: " + stats);
    }
    return new Result(
        name, seconds, stats.takenBytes(), resident, stats.liveBlocks(), overwritten.get());
  }

  /** Brings the heap to its working size: each slab hands out a run of each size. */
  private void allAtOnce() throws InterruptedException {
    var allAreAlive = new CountDownLatch(AT_ONCE);
    var threadsAtOnce = new ArrayList<Thread>();
    for (int i = 0; i < AT_ONCE; i++) {
      int seed = i;
      threadsAtOnce.add(
          builder.start(
              () -> {
                allocateAndHandOver(seed, BLOCKS_AT_ONCE);
                allAreAlive.countDown();
                awaitUninterruptibly(allAreAlive);
              }));
    }
    for (Thread thread : threadsAtOnce) {
      thread.join();
    }
  }

  private void oneAfterTheOther() throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    for (int i = AT_ONCE; i < threads; i++) {
      places.acquire();
      int seed = i;
      builder.start(
          () -> {
            try {
              allocateAndHandOver(seed, BLOCKS);
              freeOthers(BLOCKS);
            } finally {
              places.release();
            }
          });
    }
    places.acquire(AT_ONCE);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private void allocateAndHandOver(int seed, int count) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = heap.malloc((long) LEAST_BYTES << ((seed + i) % SIZES));
      OffHeap.storeLong(blocks[i], blocks[i]);
      if (Thread.currentThread().isVirtual() && i % 8 == 0) {
        Thread.yield(); // may go on with another carrier
      }
    }
    for (long block : blocks) {
      if (!handedOver.offer(block)) {
        free(block);
      }
    }
  }

  private void freeOthers(int most) {
    for (int i = 0; i < most; i++) {
      Long block = handedOver.poll();
      if (block == null) {
        return;
      }
      free(block);
    }
  }

  private void free(long block) {
    if (OffHeap.loadLong(block) != block) {
      overwritten.incrementAndGet();
    }
    heap.free(block);
  }
}
