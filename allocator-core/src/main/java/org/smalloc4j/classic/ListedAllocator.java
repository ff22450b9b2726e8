package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.Dependants;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * Passes on to an allocator that may not know its blocks, and lists those that are live: any other
 * address is refused, and the block that was freed last is known for a double free. Blocking, by
 * the lock it is given; that is never held while the other allocator is called.
 *
 * <p>A listing takes 32 to 64 bytes on the Java heap for each live block.
 */
final class ListedAllocator implements Allocator {
  private final Allocator inner;
  private final SpinLock lock;
  private final Dependants dependants = new Dependants();

  /** Guarded by the lock, as what follows. */
  private final ListedBlocks blocks = new ListedBlocks();

  private long freedLast = NULL;

  /** Plain: as Smalloc's, for callers that have an edge from close. */
  private boolean closed;

  /** Creates the list of an allocator, which cannot be closed as long as this is open. */
  ListedAllocator(Allocator inner, SpinLock lock) {
    this.inner = inner;
    this.lock = lock;
    inner.attach(this);
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    prepare();
    long address = NULL;
    try {
      address = inner.malloc(byteSize, byteAlignment);
    } finally {
      list(address);
    }
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    prepare();
    long address = NULL;
    try {
      address = inner.tryMalloc(byteSize, byteAlignment);
    } finally {
      list(address);
    }
    return address;
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    prepare();
    long address = NULL;
    try {
      address = inner.calloc(byteSize, byteAlignment);
    } finally {
      list(address);
    }
    return address;
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    checkOpen();
    Request.check(byteSize, byteAlignment);
    long heldBytes = unlist(address);
    long moved = NULL;
    try {
      moved = inner.realloc(address, byteSize, byteAlignment);
    } finally {
      if (moved == NULL) {
        relist(address, heldBytes);
      } else {
        list(moved);
      }
    }
    return moved;
  }

  @Override
  public void free(long address) {
    checkOpen();
    if (address == NULL) {
      return;
    }
    long heldBytes = unlist(address);
    boolean isFreed = false;
    try {
      inner.free(address);
      isFreed = true;
    } finally {
      if (isFreed) {
        noteFreed(address);
      } else {
        relist(address, heldBytes);
      }
    }
  }

  @Override
  public long usableSize(long address) {
    checkOpen();
    boolean entered = lock.lockUnlessHeld();
    try {
      checkListed(address);
      return blocks.sizeOf(address);
    } finally {
      leave(entered);
    }
  }

  @Override
  public boolean owns(long address) {
    checkOpen();
    boolean entered = lock.lockUnlessHeld();
    try {
      return contains(address);
    } finally {
      leave(entered);
    }
  }

  /** Tells whether a block is listed; the caller has the lock. */
  boolean contains(long address) {
    return blocks.contains(address);
  }

  /**
   * Checks that a block is listed; the caller has the lock.
   *
   * @throws IllegalStateException if it was freed last
   * @throws IllegalArgumentException if it is not listed otherwise
   */
  void checkListed(long address) {
    if (blocks.contains(address)) {
      return;
    }
    String hex = "0x" + Long.toHexString(address);
    if (address == freedLast && address != NULL) {
      throw new IllegalStateException("double free: the block at " + hex + " is free already");
    }
    throw new IllegalArgumentException(
        hex
            + " is outside of all that this allocator has handed out; expected the address of a"
            + " live block");
  }

  private void prepare() {
    OutOfLine.requireStack();
    checkOpen();
    boolean entered = lock.lockUnlessHeld();
    try {
      blocks.prepare();
    } finally {
      leave(entered);
    }
  }

  /** Lists a block that was prepared for; for NULL, there is none. */
  private void list(long address) {
    relist(address, address == NULL ? 0 : inner.usableSize(address));
  }

  private void relist(long address, long byteSize) {
    boolean entered = lock.lockUnlessHeld();
    try {
      if (address == NULL) {
        blocks.cancel();
      } else {
        blocks.add(address, byteSize);
      }
    } finally {
      leave(entered);
    }
  }

  /** Takes a block off the list, so that nobody else frees it; returns its usable size. */
  private long unlist(long address) {
    OutOfLine.requireStack();
    boolean entered = lock.lockUnlessHeld();
    try {
      checkListed(address);
      long byteSize = blocks.sizeOf(address);
      blocks.remove(address);
      return byteSize;
    } finally {
      leave(entered);
    }
  }

  private void noteFreed(long address) {
    boolean entered = lock.lockUnlessHeld();
    try {
      blocks.cancel();
      freedLast = address;
    } finally {
      leave(entered);
    }
  }

  private void leave(boolean entered) {
    if (entered) {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  @Override
  public boolean leavesToSystem(long byteSize) {
    return inner.leavesToSystem(byteSize);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    checkOpen();
    dependants.add(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    dependants.remove(dependant);
  }

  /** Returns the usable sizes of the live blocks, in no order. */
  long[] liveSizes() {
    boolean entered = lock.lockUnlessHeld();
    try {
      return blocks.sizes();
    } finally {
      leave(entered);
    }
  }

  /** Returns figures in which each usable size is a class; what is held is what is live. */
  @Override
  public AllocatorStats stats() {
    checkOpen();
    Map<Long, Long> counts = new TreeMap<>();
    long bytes = 0;
    long[] sizes = liveSizes();
    for (long size : sizes) {
      counts.merge(size, 1L, Long::sum);
      bytes += size;
    }
    List<SizeClassStats> classes = new ArrayList<>();
    counts.forEach((size, count) -> classes.add(new SizeClassStats(size, count, 0)));
    return new AllocatorStats(bytes, sizes.length, bytes, bytes, Long.MAX_VALUE, 0, classes, 0);
  }

  @Override
  public long trim() {
    checkOpen();
    return inner.trim();
  }

  /** Frees all blocks that are live. The other allocator stays open. */
  @Override
  public void close() {
    dependants.checkNone("the list of " + inner);
    boolean entered = lock.lockUnlessHeld();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      leave(entered);
    }
    for (int place = 0; place < blocks.places(); place++) {
      inner.free(blocks.at(place));
    }
    blocks.clear();
    inner.detach(this);
  }

  /** Returns what it lists the blocks of. */
  @Override
  public String toString() {
    return "the list of blocks of " + inner;
  }
}
