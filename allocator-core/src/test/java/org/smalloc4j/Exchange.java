package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Threads that allocate, keep, resize, hand over and free blocks. Every word of a block tells which
 * block it is of, and whoever frees one checks them all: two owners of the same memory do not go
 * unnoticed.
 */
public final class Exchange {
  private static final int MOST_KEPT = 64;

  private final Allocator allocator;
  private final List<Queue<Block>> mailboxes;

  /** Creates an exchange with as many mailboxes for blocks that are handed over. */
  public Exchange(Allocator allocator, int mailboxes) {
    this.allocator = allocator;
    this.mailboxes =
        Stream.<Queue<Block>>generate(ConcurrentLinkedQueue::new).limit(mailboxes).toList();
  }

  /** Does random operations in the current thread, and leaves what it still has to the others. */
  public void trade(int operations, SplittableRandom random) {
    List<Block> kept = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      int choice = random.nextInt(100);
      if (choice < 45) {
        Block block = allocate(random);
        (random.nextBoolean() && kept.size() < MOST_KEPT ? kept : mailbox(random)).add(block);
      } else if (choice < 55 && !kept.isEmpty()) {
        kept.add(resize(take(kept, random), random));
      } else if (choice < 75 && !kept.isEmpty()) {
        free(take(kept, random));
      } else {
        freeOneOf(mailbox(random));
      }
    }
    while (!kept.isEmpty()) {
      if (random.nextBoolean()) {
        free(kept.removeLast());
      } else {
        mailbox(random).add(kept.removeLast());
      }
    }
  }

  /** Allocates blocks in the current thread and hands all of them over. */
  public void produce(int blocks, SplittableRandom random) {
    for (int i = 0; i < blocks; i++) {
      mailbox(random).add(allocate(random));
    }
  }

  /** Frees blocks that were handed over, until there will be no more and none is left. */
  public void consumeUntil(BooleanSupplier noMore, SplittableRandom random) {
    while (!noMore.getAsBoolean()) {
      if (!freeOneOf(mailbox(random))) {
        Thread.yield();
      }
    }
    freeAll();
  }

  /** Checks and frees what nobody fetched. */
  public void freeAll() {
    for (Queue<Block> mailbox : mailboxes) {
      while (freeOneOf(mailbox)) {
        continue;
      }
    }
  }

  private Queue<Block> mailbox(SplittableRandom random) {
    return mailboxes.get(random.nextInt(mailboxes.size()));
  }

  private boolean freeOneOf(Queue<Block> mailbox) {
    Block block = mailbox.poll();
    if (block == null) {
      return false;
    }
    free(block);
    return true;
  }

  private static Block take(List<Block> blocks, SplittableRandom random) {
    Collections.swap(blocks, random.nextInt(blocks.size()), blocks.size() - 1);
    return blocks.removeLast();
  }

  private Block allocate(SplittableRandom random) {
    long byteSize = randomSize(random);
    long seed = random.nextLong();
    return switch (random.nextInt(4)) {
      case 0 -> written(zeroed(byteSize), byteSize, seed);
      case 1 -> written(aligned(byteSize, 1L << random.nextInt(13)), byteSize, seed);
      default -> written(allocator.malloc(byteSize), byteSize, seed);
    };
  }

  private long zeroed(long byteSize) {
    long address = allocator.calloc(byteSize);
    OffHeap.assertZero(address, byteSize, "calloc(" + byteSize + ")");
    return address;
  }

  private long aligned(long byteSize, long alignment) {
    long address = allocator.malloc(byteSize, alignment);
    assertEquals(0, address & (alignment - 1), "alignment");
    return address;
  }

  private Block written(long address, long byteSize, long seed) {
    long usable = allocator.usableSize(address);
    assertTrue(usable >= byteSize, "usable size");
    return Block.write(address, usable <= 4096 ? usable : byteSize, seed);
  }

  private Block resize(Block block, SplittableRandom random) {
    block.check();
    long byteSize = randomSize(random);
    long address = allocator.realloc(block.address(), byteSize);
    block.checkMovedTo(address, Math.min(byteSize, block.byteSize()));
    return written(address, byteSize, random.nextLong());
  }

  private void free(Block block) {
    block.check();
    allocator.free(block.address());
  }

  /** Mostly up to 256 bytes, one in eight up to 4 KiB, one in 64 up to 32 KiB. */
  private static long randomSize(SplittableRandom random) {
    int choice = random.nextInt(64);
    int largest = choice == 0 ? 1 << 15 : choice < 9 ? 1 << 12 : 1 << 8;
    return random.nextInt(largest + 1);
  }
}
