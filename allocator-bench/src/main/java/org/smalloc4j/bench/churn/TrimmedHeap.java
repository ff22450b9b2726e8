package org.smalloc4j.bench.churn;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;

/** A heap of blocks of 64 bytes that were freed in random order, and what a trim makes of it. */
public final class TrimmedHeap {
  private static final int BYTE_SIZE = 64;
  private static final int OS_PAGE_BITS = 12;

  /** Who allocates and frees; the caller trims. */
  public enum Kind {
    OWNER("the thread that trims"),
    OTHER("another live thread, blocks of the one that trims"),
    DEAD("a thread that ended"),
    IDLE("a thread that is idle now");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * What one trim did.
   *
   * @param walkMillis a walk over the freed blocks by links in them, in the order of the frees
   * @param trimMillis the trim
   * @param emptyBytes what was resident of the heap with one block
   * @param fullBytes with all of them
   * @param trimmedBytes after the trim
   * @param modelBytes OS pages on which a block is live
   */
  public record Result(
      double walkMillis,
      double trimMillis,
      long emptyBytes,
      long fullBytes,
      long trimmedBytes,
      long modelBytes) {}

  private final long[] blocks;
  private final int liveOneIn;
  private final Smalloc heap = Smalloc.create();
  private long emptyBytes;
  private long fullBytes;
  private double walkMillis;

  private final CountDownLatch isFreed = new CountDownLatch(1);

  /** What an idle thread waits for. */
  private final CountDownLatch isTrimmed = new CountDownLatch(1);

  private TrimmedHeap(int blocks, int liveOneIn) {
    this.blocks = new long[blocks];
    this.liveOneIn = liveOneIn;
  }

  /**
   * Allocates blocks, frees most of them, and trims.
   *
   * @param liveOneIn one in so many stays live; 0: none does
   */
  public static Result measure(Kind kind, int blocks, int liveOneIn) throws InterruptedException {
    return new TrimmedHeap(blocks, liveOneIn).measure(kind);
  }

  private Result measure(Kind kind) throws InterruptedException {
    try (heap) {
      switch (kind) {
        case OWNER -> {
          allocate();
          free();
        }
        case OTHER -> {
          allocate();
          Thread.ofPlatform().start(this::free).join();
        }
        case DEAD ->
            Thread.ofPlatform()
                .start(
                    () -> {
                      allocate();
                      free();
                    })
                .join();
        case IDLE -> waitWhileItWorks(Thread.ofPlatform().start(this::allocateFreeAndWait));
      }
      long start = System.nanoTime();
      heap.trim();
      double trimMillis = (System.nanoTime() - start) / 1e6;
      isTrimmed.countDown();
      return new Result(walkMillis, trimMillis, emptyBytes, fullBytes, resident(), modelBytes());
    }
  }

  private void allocateFreeAndWait() {
    try {
      allocate();
      free();
      isFreed.countDown();
      isTrimmed.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      isFreed.countDown();
    }
  }

  private void waitWhileItWorks(Thread thread) throws InterruptedException {
    isFreed.await();
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }

  private void allocate() {
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = heap.malloc(BYTE_SIZE);
      OffHeap.storeLong(blocks[i], i);
      emptyBytes = i == 0 ? resident() : emptyBytes;
    }
    fullBytes = resident();
    shuffle();
    walkMillis = walk();
  }

  private void shuffle() {
    Random random = new Random(blocks.length);
    for (int i = blocks.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long block = blocks[i];
      blocks[i] = blocks[other];
      blocks[other] = block;
    }
  }

  private double walk() {
    long first = 0;
    for (int i = blocks.length - 1; i >= 0; i--) {
      if (!isLive(i)) {
        OffHeap.storeLong(blocks[i], first);
        first = blocks[i];
      }
    }
    long start = System.nanoTime();
    int walked = 0;
    for (long block = first; block != 0; block = OffHeap.loadLong(block)) {
      walked++;
    }
    double millis = (System.nanoTime() - start) / 1e6;
    if (walked != blocks.length - live()) {
      throw new IllegalStateException("the walk met " + walked + " blocks");
    }
    return millis;
  }

  private void free() {
    for (int i = 0; i < blocks.length; i++) {
      if (!isLive(i)) {
        heap.free(blocks[i]);
      }
    }
  }

  private boolean isLive(int i) {
    return liveOneIn != 0 && i % liveOneIn == 0;
  }

  private int live() {
    return liveOneIn == 0 ? 0 : (blocks.length + liveOneIn - 1) / liveOneIn;
  }

  private long modelBytes() {
    long[] pages = new long[live()];
    int count = 0;
    for (int i = 0; i < blocks.length; i++) {
      if (isLive(i)) {
        pages[count++] = blocks[i] >>> OS_PAGE_BITS;
      }
    }
    return Arrays.stream(pages).distinct().count() << OS_PAGE_BITS;
  }

  private long resident() {
    long byteSize = heap.stats().reservedBytes();
    return ResidentMemory.bytes(blocks[0] & -byteSize, byteSize);
  }
}
