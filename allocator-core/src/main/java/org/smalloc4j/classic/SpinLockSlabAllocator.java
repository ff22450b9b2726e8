package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Dependants;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A slab allocator behind one spin lock: slab-alloc, after Bonwick's "The Slab Allocator: An
 * Object-Caching Kernel Memory Allocator" (USENIX Summer 1994).
 *
 * <p><b>Blocks.</b> A request is rounded up to a class: 8, 16, 32 … 1024 bytes, or as built. A
 * class has slabs of 4 KiB from the system, each cut into slots of that size, with the list of its
 * free slots threaded through the slots themselves. malloc takes the slot on top of the first list
 * that has one; where all slabs of the class are full it prepends a new one. Blocks are aligned to
 * the largest power of two that divides the slot size, with colouring to 64 bytes at the most. What
 * is larger, or more aligned, than any class is the fallback's.
 *
 * <p><b>The fallback</b> is {@link SystemAllocator} unless built otherwise. Its live blocks are
 * listed here, so that their free is told from a stray address. A block of its stays with it when
 * it is resized. It also serves a call that comes while its own thread has the lock, from inside
 * the allocator: to ask for a slab there could mean to ask again, for ever.
 *
 * <p><b>Threads and progress.</b> Any thread; blocking. All calls take turns: one lock, for which
 * threads spin, then yield; {@link #lockWaitNanos} tells how long. Under the lock malloc and free
 * take time in proportion to the slabs ({@link OwnerSearch#LINEAR}), or constant time ({@link
 * OwnerSearch#ARITHMETIC}), and a system call where a slab comes or goes; {@link
 * #longestOperationSteps} tells the longest. Nothing is allocated on the Java heap but with a new
 * slab, and now and then for the list of the fallback's blocks.
 *
 * <p><b>Errors.</b> A call that ends with an error has changed nothing. An address that is not in a
 * slab and not listed, that is inside a slot, or that was never handed out, is refused with {@link
 * IllegalArgumentException}. A second free of a slot is always caught, by whatever thread, at the
 * cost of one bit for each slot, read and written by malloc and free; once its slab has gone back
 * to the system its address is a stray one. Of the fallback's blocks only a second free of the one
 * that was freed last is caught. A free slot that is written to is noticed by the malloc that meets
 * its damaged link, which throws {@link IllegalStateException}; the list is then put together anew
 * and nothing is lost. A link overwritten with the number of another free slot is noticed when the
 * list ends too soon. Use of a block after its free or beyond its end is not noticed.
 *
 * <p><b>Figures.</b> {@link #stats} counts the fallback's live blocks as classes of their usable
 * sizes; {@code reservedBytes} is what is held: slabs, and the fallback's live blocks. {@link
 * #classStats} has live, peak and waste of each class of slabs. {@link #trim} gives empty slabs
 * back; with {@code reclaim} free does so too, but for one of each class.
 *
 * <p><b>Lifetime.</b> {@link #close} gives back all slabs and frees the fallback's blocks; the
 * fallback stays open, and cannot be closed before. An allocator that is dropped without it keeps
 * its memory for good.
 */
public final class SpinLockSlabAllocator implements Allocator {
  private final VirtualMemory os;
  private final SpinLock lock = new SpinLock();
  private final Dependants dependants = new Dependants();
  private final ListedAllocator fallback;

  /** Guarded by the lock. */
  private final SlabSpace slabs;

  private final Steps steps = new Steps();

  /** Plain: as Smalloc's, for callers that have an edge from close. */
  private boolean closed;

  SpinLockSlabAllocator(SpinLockSlabBuilder settings, VirtualMemory os, SlabClass[] classes) {
    this.os = os;
    slabs =
        new SlabSpace(
            os, classes[0].slabBytes, classes, settings.ownerSearch, settings.reclaims, steps);
    fallback = new ListedAllocator(settings.fallback(), lock);
  }

  /**
   * Returns a builder of allocators.
   *
   * @return a builder with the defaults: the published allocator
   */
  public static SpinLockSlabBuilder builder() {
    return new SpinLockSlabBuilder();
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    SlabClass slabClass = classFor(byteSize, byteAlignment);
    try {
      long address = slabClass == null ? NULL : take(slabClass, byteSize);
      return address != NULL ? address : fallback.malloc(byteSize, byteAlignment);
    } catch (OsException refused) {
      throw outOfMemory(byteSize, byteAlignment, refused);
    }
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    SlabClass slabClass = classFor(byteSize, byteAlignment);
    try {
      long address = slabClass == null ? NULL : take(slabClass, byteSize);
      return address != NULL ? address : fallback.tryMalloc(byteSize, byteAlignment);
    } catch (OsException refused) {
      return NULL;
    }
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    SlabClass slabClass = classFor(byteSize, byteAlignment);
    try {
      long address = slabClass == null ? NULL : take(slabClass, byteSize);
      return address != NULL ? zeroed(address, byteSize) : fallback.calloc(byteSize, byteAlignment);
    } catch (OsException refused) {
      throw outOfMemory(byteSize, byteAlignment, refused);
    }
  }

  private @Nullable SlabClass classFor(long byteSize, long byteAlignment) {
    checkOpen();
    Request.check(byteSize, byteAlignment);
    return slabs.classFor(byteSize, byteAlignment);
  }

  /** Returns a slot; NULL if the calling thread is inside already. */
  private long take(SlabClass slabClass, long byteSize) throws OsException {
    OutOfLine.requireStack();
    if (!enter()) {
      return NULL;
    }
    try {
      return slabs.take(slabClass, byteSize);
    } finally {
      leave(true);
    }
  }

  private long zeroed(long address, long byteSize) {
    try {
      RawMemory.zero(address, byteSize);
    } catch (StackOverflowError betweenPieces) {
      free(address);
      throw betweenPieces;
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
    long slotBytes = liveSlotBytes(address);
    if (slotBytes == NULL) {
      return fallback.realloc(address, byteSize, byteAlignment);
    }
    if (byteSize <= slotBytes && (address & (byteAlignment - 1)) == 0) {
      return address;
    }
    long moved = malloc(byteSize, byteAlignment);
    try {
      RawMemory.copy(address, moved, Math.min(slotBytes, byteSize));
    } catch (StackOverflowError betweenPieces) {
      free(moved);
      throw betweenPieces;
    }
    free(address);
    return moved;
  }

  @Override
  public void free(long address) {
    checkOpen();
    if (address == NULL) {
      return;
    }
    OutOfLine.requireStack();
    boolean entered = enter();
    try {
      if (!fallback.contains(address)) {
        Slab slab = ownerOf(address);
        slabs.give(slab, slab.liveSlotAt(address));
        return;
      }
    } finally {
      leave(entered);
    }
    fallback.free(address);
  }

  @Override
  public long usableSize(long address) {
    checkOpen();
    long slotBytes = liveSlotBytes(address);
    return slotBytes != 0 ? slotBytes : fallback.usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    checkOpen();
    OutOfLine.requireStack();
    boolean entered = enter();
    try {
      if (fallback.contains(address)) {
        return true;
      }
      Slab slab = slabs.owner(address);
      return slab != null && slab.hasHandedOut(address);
    } finally {
      leave(entered);
    }
  }

  /** Returns the bytes of a live slot; 0 for a block of the fallback. */
  private long liveSlotBytes(long address) {
    OutOfLine.requireStack();
    boolean entered = enter();
    try {
      if (fallback.contains(address)) {
        return 0;
      }
      Slab slab = ownerOf(address);
      slab.liveSlotAt(address);
      return slab.slabClass.slotBytes;
    } finally {
      leave(entered);
    }
  }

  /** Returns the slab that contains an address; throws if there is none. */
  private Slab ownerOf(long address) {
    Slab slab = slabs.owner(address);
    if (slab == null) {
      fallback.checkListed(address);
      throw new AssertionError("listed, and not listed");
    }
    return slab;
  }

  /** Takes the lock, unless the calling thread is inside already; begins an operation then. */
  private boolean enter() {
    boolean entered = lock.lockUnlessHeld();
    if (entered) {
      steps.begin();
    }
    return entered;
  }

  private void leave(boolean entered) {
    if (entered) {
      steps.end();
      lock.unlock();
    }
  }

  @Override
  public boolean leavesToSystem(long byteSize) {
    return fallback.leavesToSystem(byteSize);
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

  @Override
  public AllocatorStats stats() {
    checkOpen();
    OutOfLine.requireStack();
    boolean entered = enter();
    try {
      return SlabStatistics.of(slabs, fallback);
    } finally {
      leave(entered);
    }
  }

  /**
   * Returns the figures of the classes of slabs, smallest first, all of one instant.
   *
   * @return one for each class, used or not
   * @throws IllegalStateException if this allocator is closed
   */
  public List<SlabClassStats> classStats() {
    checkOpen();
    boolean entered = enter();
    try {
      return Arrays.stream(slabs.classes()).map(SlabClass::stats).toList();
    } finally {
      leave(entered);
    }
  }

  /**
   * Returns how many steps the longest operation has taken so far: slabs looked at, in the list or
   * in the table, and slots threaded for a new slab. The time of one under the lock is in
   * proportion to it.
   *
   * @return steps
   */
  public long longestOperationSteps() {
    boolean entered = lock.lockUnlessHeld();
    try {
      return steps.longest();
    } finally {
      if (entered) {
        lock.unlock();
      }
    }
  }

  /**
   * Returns how long threads have waited for the lock in all. What still waits is not counted.
   *
   * @return nanoseconds, the sum over all threads
   */
  public long lockWaitNanos() {
    return lock.waitNanos();
  }

  /**
   * Gives all empty slabs back to the system, and has the fallback trimmed.
   *
   * @return resident bytes given back; 0 if the calling thread is inside already
   * @throws IllegalStateException if this allocator is closed
   */
  @Override
  public long trim() {
    checkOpen();
    OutOfLine.requireStack();
    if (!enter()) {
      return 0;
    }
    long resident;
    try {
      resident = slabs.trim();
    } finally {
      leave(true);
    }
    return resident + fallback.trim();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if something is attached, or the calling thread is inside
   *     already, and nothing has changed then; or if the system has not taken all slabs, and then
   *     these stay mapped and this allocator is closed
   */
  @Override
  public void close() {
    dependants.checkNone(toString());
    if (!lock.lockUnlessHeld()) {
      throw new IllegalStateException(this + " cannot be closed by a call from inside it");
    }
    int refused;
    try {
      if (closed) {
        return;
      }
      closed = true;
      refused = slabs.releaseAll();
    } finally {
      lock.unlock();
    }
    fallback.close();
    if (refused != 0) {
      throw new IllegalStateException(
          "the system has refused to take back " + refused + " slabs of a closed allocator");
    }
  }

  /** Returns what is built how. */
  @Override
  public String toString() {
    return "SpinLockSlabAllocator["
        + slabs.classes().length
        + " classes, slabs of "
        + slabs.slabBytes()
        + (closed ? " bytes, closed]" : " bytes]");
  }

  /** Returns the slabs of a class, in the order of its list. */
  List<SlabPicture> pictures(int slotBytes) {
    checkOpen();
    List<SlabPicture> pictures = new ArrayList<>();
    boolean entered = enter();
    try {
      for (SlabClass slabClass : slabs.classes()) {
        if (slabClass.slotBytes == slotBytes) {
          for (Slab slab = slabClass.first(); slab != null; slab = slab.next) {
            pictures.add(slab.picture());
          }
        }
      }
    } finally {
      leave(entered);
    }
    return pictures;
  }

  /** The slabs, for walks over their invariants. */
  SlabSpace slabs() {
    return slabs;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private OutOfMemoryError outOfMemory(long byteSize, long byteAlignment, OsException refused) {
    String why =
        "cannot allocate "
            + byteSize
            + " bytes at alignment "
            + byteAlignment
            + ": all slabs are full and the system gives none: "
            + refused.getMessage()
            + "; "
            + os.whyRefused(refused, slabs.slabBytes());
    return (OutOfMemoryError) new OutOfMemoryError(why).initCause(refused);
  }
}
