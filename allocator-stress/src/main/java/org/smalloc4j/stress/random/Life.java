package org.smalloc4j.stress.random;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The life of one thread: calls in an order that follows from its seed, then death, with some of
 * its blocks freed, some left in the rings, and its stash and outbox as they are.
 */
final class Life implements Runnable {
  private static final int MOST_BLOCKS = 300;
  private static final long MOST_BYTES = 8 << 20;
  private static final int MOST_CALLS = 20_000;

  /** Of so many looks one is a trim and a walk for the statistics. */
  private static final int RARE = 400;

  private static final long SHORT_NANOS = 1_000;

  private final Allocator heap;
  private final Rings rings;
  private final int seat;
  private final int number;
  private final SplittableRandom random;
  private final List<Block> blocks = new ArrayList<>();
  private long liveBytes;
  private long calls;

  /** What was thrown where nothing may be. */
  private @Nullable Throwable pinnedFailure;

  /**
   * Creates a life.
   *
   * @param seat which ring is its own
   * @param number of the thread, another one for each life
   */
  Life(Allocator heap, Rings rings, int seat, int number, SplittableRandom random) {
    this.heap = heap;
    this.rings = rings;
    this.seat = seat;
    this.number = number;
    this.random = random;
  }

  /** Returns how many calls it made. */
  long calls() {
    return calls;
  }

  @Override
  public void run() {
    // Most lives are short, some are not.
    int length = 1 << random.nextInt(4, Integer.SIZE - Integer.numberOfLeadingZeros(MOST_CALLS));
    boolean isVirtual = Thread.currentThread().isVirtual();
    while (calls < length) {
      act(random.nextInt(100));
      calls++;
      if (isVirtual) {
        block();
      }
    }
    while (!blocks.isEmpty()) {
      Block block = takeOut();
      if (random.nextBoolean() || !rings.send(random.nextInt(1 << 16), block)) {
        free(block);
      }
    }
  }

  /** Lets other threads have the carrier now and then, and goes on with another one, perhaps. */
  @SuppressWarnings("ThreadPriorityCheck") // that is what is tested
  private void block() {
    if (calls % 1024 == 0) {
      Pinned.run(this::actPinned);
      if (pinnedFailure != null) {
        throw new AssertionError(pinnedFailure.getMessage(), pinnedFailure);
      }
    } else if (calls % 128 == 0) {
      LockSupport.parkNanos(SHORT_NANOS);
    } else if (calls % 8 == 0) {
      Thread.yield();
    }
  }

  private void actPinned() {
    try {
      act(random.nextInt(100));
      LockSupport.parkNanos(SHORT_NANOS);
      act(random.nextInt(100));
    } catch (Throwable thrown) {
      pinnedFailure = thrown;
    }
  }

  private void act(int dice) {
    if (blocks.size() >= MOST_BLOCKS || liveBytes >= MOST_BYTES) {
      free(takeOut());
    } else if (dice < 40 || blocks.isEmpty()) {
      allocate();
    } else if (dice < 65) {
      free(takeOut());
    } else if (dice < 75) {
      reallocate(takeOut());
    } else if (dice < 85) {
      Block block = takeOut();
      if (!rings.send(random.nextInt(1 << 16), block)) {
        free(block);
      }
    } else if (dice < 98) {
      Block received = rings.receive(seat);
      if (received != null) {
        received.check();
        keepOrFree(received);
      }
    } else {
      look();
    }
  }

  private void allocate() {
    long byteSize = byteSize();
    long alignment = random.nextInt(8) == 0 ? 1L << random.nextInt(13) : 1;
    boolean zeroed = random.nextInt(4) == 0;
    long address;
    try {
      address = zeroed ? heap.calloc(byteSize, alignment) : heap.tryMalloc(byteSize, alignment);
    } catch (OutOfMemoryError nothingLeft) {
      return;
    }
    if (address == Allocator.NULL) {
      return;
    }
    require(address % alignment == 0, address, "is not aligned to " + alignment);
    require(heap.usableSize(address) >= byteSize, address, "is smaller than " + byteSize);
    if (zeroed) {
      requireZero(address, byteSize);
    }
    keep(new Block(address, byteSize, random.nextLong(), number).fill());
  }

  /** Small ones most of the time; one in two thousand is large. */
  private long byteSize() {
    if (random.nextInt(2_000) == 0) {
      return random.nextLong(1, MOST_BYTES / 2);
    }
    return random.nextLong(1L << random.nextInt(13));
  }

  private void reallocate(Block block) {
    block.check();
    long byteSize = byteSize();
    long moved;
    try {
      moved = heap.realloc(block.address(), byteSize);
    } catch (OutOfMemoryError nothingLeft) {
      keep(block);
      return;
    }
    block.movedTo(moved).check(Math.min(byteSize, block.byteSize()));
    keep(new Block(moved, byteSize, random.nextLong(), number).fill());
  }

  private void look() {
    Block block = blocks.get(random.nextInt(blocks.size()));
    require(heap.owns(block.address()), block.address(), "is a live block and owns denies it");
    int dice = random.nextInt(RARE);
    if (dice == 0) {
      heap.trim();
      heap.stats();
    } else if (dice < 8 && heap instanceof Smalloc smalloc) {
      smalloc.releaseThreadCache();
    }
  }

  private void keepOrFree(Block block) {
    if (random.nextBoolean()) {
      keep(block);
    } else {
      free(block);
    }
  }

  private void keep(Block block) {
    blocks.add(block);
    liveBytes += block.byteSize();
  }

  private Block takeOut() {
    Block last = blocks.removeLast();
    Block chosen = last;
    if (!blocks.isEmpty() && random.nextInt(4) != 0) {
      chosen = blocks.set(random.nextInt(blocks.size()), last);
    }
    liveBytes -= chosen.byteSize();
    return chosen;
  }

  private void free(Block block) {
    block.check();
    heap.free(block.address());
  }

  private static void requireZero(long address, long byteSize) {
    MemorySegment block = RawMemory.segment(address, byteSize);
    for (long offset = 0; offset < byteSize; offset++) {
      require(block.get(JAVA_BYTE, offset) == 0, address, "is not zero at offset " + offset);
    }
  }

  private static void require(boolean holds, long address, String what) {
    if (!holds) {
      throw new AssertionError("block at 0x" + Long.toHexString(address) + " " + what);
    }
  }
}
