package org.smalloc4j.stress.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;

/** The life of a virtual thread: few calls, and something that blocks among them each time. */
final class VirtualLife implements Runnable {
  private static final int MOST_BLOCKS = 20;
  private static final int MOST_SIZE_BITS = 11;
  private static final int RELEASES = 2_000;
  private static final int TRIMS = 100_000;

  private final Ground ground;
  private final int number;
  private final SplittableRandom random;
  private final List<Block> blocks = new ArrayList<>();
  private @Nullable Throwable failure;

  /**
   * Creates a life.
   *
   * @param number of the thread, another one for each life
   */
  VirtualLife(Ground ground, int number, SplittableRandom random) {
    this.ground = ground;
    this.number = number;
    this.random = random;
  }

  @Override
  public void run() {
    int length = random.nextInt(2, 9);
    for (int i = 0; i < length; i++) {
      int dice = random.nextInt();
      Blocking.of(dice).between(ground, dice >>> 8, this::callAndNoteFailure);
      if (failure != null) {
        throw new AssertionError("virtual thread " + number, failure);
      }
    }
    while (!blocks.isEmpty()) {
      Block block = takeOut();
      if (random.nextBoolean() || !ground.rings().send(random.nextInt(1 << 16), block)) {
        free(block);
      }
    }
  }

  private void callAndNoteFailure() {
    try {
      call(random.nextInt(100));
    } catch (Throwable thrown) {
      failure = failure == null ? thrown : failure;
    }
  }

  private void call(int dice) {
    if (blocks.size() >= MOST_BLOCKS) {
      free(takeOut());
    } else if (dice < 45 || blocks.isEmpty()) {
      allocate();
    } else if (dice < 75) {
      free(takeOut());
    } else if (dice < 85) {
      Block block = takeOut();
      if (!ground.rings().send(random.nextInt(1 << 16), block)) {
        free(block);
      }
    } else if (dice < 97) {
      Block received = ground.rings().receive(Ground.seat(random.nextInt()));
      if (received != null) {
        free(received);
      }
    } else if (random.nextInt(RELEASES) == 0) {
      ground.heap().releaseThreadCache();
    } else if (random.nextInt(TRIMS) == 0) {
      ground.heap().trim();
    }
  }

  private void allocate() {
    long byteSize = random.nextLong(1L << random.nextInt(MOST_SIZE_BITS + 1));
    long address = ground.blocks().tryMalloc(byteSize, 1);
    if (address == Allocator.NULL) {
      throw new AssertionError("nothing left for " + byteSize + " bytes");
    }
    blocks.add(new Block(address, byteSize, random.nextLong(), number).fill());
  }

  private Block takeOut() {
    return blocks.remove(random.nextInt(blocks.size()));
  }

  private void free(Block block) {
    block.check();
    ground.blocks().free(block.address());
  }
}
