package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * malloc, realloc and free: by the owner of a slab without an atomic instruction, by all other
 * threads over the shared words. Lock-free; an owner is wait-free while its stash lasts.
 *
 * @param shared the heap of the shared words
 * @param layout where owners and stashes are
 * @param directory where the calling thread's slab is
 * @param owners which thread owns which slab
 * @param stash the owners' free slots
 * @param outbox the slots of others that owners have freed
 * @param transit whether slots are on their way to the shared words
 * @param large what becomes of the memory of large slots
 * @param held what owners keep, and how they give it back
 * @param reuse what owners take from each other before they grow
 * @param reclaim how the memory of free slots is given back
 */
public record OwnedHeap(
    SlabHeap shared,
    StashLayout layout,
    Directory directory,
    Owners owners,
    Stash stash,
    Outbox outbox,
    Transit transit,
    LargeBlocks large,
    Held held,
    Reuse reuse,
    Reclaim reclaim) {
  /*
   * allocate: the stash; if it and its slab are exhausted, or the thread has no slab, or the class
   *           is not owned, the shared words, and at the very end what this thread and the dead
   *           hold back.
   * free:     a slot of the own slab to the stash, one of another slab to the outbox, or straight
   *           to the shared words if the thread has no slab or the class is not owned.
   *
   * What an owner keeps from the others: its stash and its outbox. In a heap that is limited, or in
   * which an allocation has failed, an owner keeps no more than its magazines and returned lists.
   *
   * Errors: tryTake…, tryFree, a put in the outbox and a push change one word, and that last. All else
   * asks for the stack that it needs (OutOfLine) before its first change, and needs no Java heap but
   * for an error or a slab's new owner; what is refused is refused before the first change.
   */

  /** Answer of {@link #allocate} where nothing is left. */
  public static final long NONE = SharedWords.NONE;

  /** Home slabs of threads without a slab, at the most; the other slabs can be owned. */
  private static final int MOST_SHARED_HOMES = 16;

  /** Classes of the short blocks that move when they grow, with all their words: 8 to 128 bytes. */
  private static final int SMALLEST_MOVED = 3;

  private static final int LARGEST_MOVED = 7;

  /** Creates a heap whose large slots are seen to. */
  OwnedHeap(
      SlabHeap shared,
      StashLayout layout,
      Directory directory,
      Owners owners,
      Stash stash,
      Outbox outbox,
      Transit transit) {
    SharedWords words = shared.words();
    LargeBlocks large = new LargeBlocks(shared.region());
    StashDrain drain = new StashDrain(stash);
    Held held = new Held(layout, words, directory, owners, stash, drain, outbox, transit);
    Reuse reuse = new Reuse(words, directory, held, new Idleness());
    Reclaim reclaim = new Reclaim(shared, drain, large);
    this(shared, layout, directory, owners, stash, outbox, transit, large, held, reuse, reclaim);
  }

  /** Creates the heap of a fresh region. */
  public static OwnedHeap in(Region region, MemoryLimit limit, int processors, boolean ownedSlabs) {
    return in(region, limit, processors, ownedSlabs, true);
  }

  /** Creates the heap of a fresh region, in which carriers of virtual threads own slabs or not. */
  public static OwnedHeap in(
      Region region, MemoryLimit limit, int processors, boolean ownedSlabs, boolean carriersOwn) {
    int homeMask = SlabHeap.homeMask(processors);
    if (!ownedSlabs) {
      return of(region, limit, homeMask, RegionLayout.SLABS, false);
    }
    int sharedHomeMask = Math.min(homeMask, MOST_SHARED_HOMES - 1);
    // Under a limit a virtual thread has to find what is free, and not what its carrier keeps.
    return of(region, limit, sharedHomeMask, sharedHomeMask + 1, carriersOwn && !limit.isLimited());
  }

  /**
   * Creates a heap in which the slabs from {@code firstOwned} on are owned; 64: none is.
   *
   * @param carriersOwn whether carriers of virtual threads own slabs too
   */
  static OwnedHeap of(
      Region region, MemoryLimit limit, int homeMask, int firstOwned, boolean carriersOwn) {
    StashLayout layout = StashLayout.of(region.layout());
    ListLengths counts = new ListLengths(region.layout(), firstOwned, layout.largestOwnedClass());
    SharedWords words = new SharedWords(region.layout(), limit, counts, region.ahead());
    Directory directory = new Directory(layout, firstOwned, region.commitment());
    return new OwnedHeap(
        new SlabHeap(region, words, homeMask),
        layout,
        directory,
        new Owners(directory, firstOwned, carriersOwn),
        Stash.of(layout, words),
        new Outbox(layout, words, directory),
        new Transit());
  }

  /**
   * Takes a slot for a number of bytes from the calling thread's magazine.
   *
   * @param byteSize any number
   * @return its address; {@link #NONE} if {@link #tryTakeAtHand} or {@link #allocate} has to see to
   *     it: there is none at hand, there are no slots of this size, or the heap is closed
   */
  public long tryTake(long byteSize) {
    long id = Directory.ownersId();
    OwnedSlab own = directory.inFirstEntry(id);
    int sizeClass = SizeClass.ofAny(byteSize);
    return own.ownerId == id && sizeClass < SizeClass.COUNT
        ? own.takeFromMagazine(sizeClass)
        : NONE;
  }

  /**
   * Takes a slot as {@link #tryTake}, with its first bytes zero.
   *
   * @param slotBytes any number
   * @param byteSize bytes to clear, {@code slotBytes} at the most
   */
  public long tryTakeZeroed(long slotBytes, long byteSize) {
    long id = Directory.ownersId();
    OwnedSlab own = directory.inFirstEntry(id);
    int sizeClass = SizeClass.ofAny(slotBytes);
    return own.ownerId == id && sizeClass < SizeClass.COUNT
        ? own.takeZeroedFromMagazine(sizeClass, byteSize)
        : NONE;
  }

  /**
   * Changes the size of a block of the calling thread's own slab: it stays if it fits, or moves, if
   * it is short, to the slot that was freed last.
   *
   * @param slotBytes any number
   * @return where it is from now on; {@link #NONE}, with nothing done, if more has to be seen to
   * @throws IllegalStateException if it is the slot that was freed last
   */
  public long tryResize(long address, long slotBytes) {
    long id = Directory.ownersId();
    OwnedSlab own = directory.inFirstEntry(id);
    int heldClass = own.classOf(address);
    int wantedClass = SizeClass.ofAny(slotBytes);
    if (own.ownerId != id
        || wantedClass >= SizeClass.COUNT
        || !own.isBelowRun(address, heldClass)) {
      return NONE;
    }
    if (wantedClass <= heldClass) {
      return Resizing.isWasteful(heldClass, wantedClass) ? NONE : address;
    }
    return isMovedAtOnce(heldClass) ? own.tryMove(address, heldClass, wantedClass) : NONE;
  }

  private static boolean isMovedAtOnce(int heldClass) {
    return heldClass >= SMALLEST_MOVED && heldClass <= LARGEST_MOVED;
  }

  /**
   * Moves a short block of the calling thread's own slab that is to grow to another slot which that
   * slab has free, or has in its run; where {@link #tryResize} has found none, this often does.
   *
   * @return as {@link #tryResize}
   * @throws IllegalStateException if the block is known to be free, or another slot turns out to
   *     have been freed twice or written after its free; the block stays
   */
  public long tryGrow(long address, long slotBytes) {
    OwnedSlab own = directory.own();
    int heldClass = own.classOf(address);
    int wantedClass = SizeClass.ofAny(slotBytes);
    if (wantedClass <= heldClass
        || wantedClass >= SizeClass.COUNT
        || !isMovedAtOnce(heldClass)
        || !own.isBelowRun(address, heldClass)
        || !reclaim.asksNothing(own)) {
      return NONE;
    }
    OutOfLine.requireStack(); // for the copy, too
    long taken = stash.takeHeld(own, wantedClass);
    if (taken == NONE) {
      return NONE;
    }
    long target = SlabHeap.address(taken);
    RawMemory.copyWords(address, target, SizeClass.slotBytes(heldClass));
    freeMoved(address, target);
    return target;
  }

  /**
   * Takes a slot for a number of bytes from those that other threads have freed and the calling
   * thread has fetched, or of its run. A way of its own: what little it adds to {@link #tryTake}
   * costs that a quarter of its speed; and all blocks that are passed on are taken here, and nearly
   * all of a program that grows.
   *
   * @return its address, tagged as {@link #allocate}'s; {@link #NONE} as of {@link #tryTake}
   * @throws IllegalStateException if a returned slot's link was overwritten after its free
   */
  public long tryTakeAtHand(long byteSize) {
    OwnedSlab own = directory.own();
    int sizeClass = SizeClass.ofAny(byteSize);
    if (own == OwnedSlab.NONE || sizeClass >= SizeClass.COUNT) {
      return NONE;
    }
    long taken = stash.takeReturned(own, sizeClass);
    return taken == NONE && reclaim.asksNothing(own) ? stash.takeRun(own, sizeClass) : taken;
  }

  /**
   * Takes a freed slot for a number of bytes from the shared words, if the calling thread has
   * looked for a slab and found none: the short way of threads beyond the slabs. The caller has
   * asked for stack.
   *
   * @return its address; {@link #NONE} if {@link #allocate} has to see to it
   * @throws IllegalStateException as {@link #allocate}
   */
  public long tryTakeShared(long byteSize) {
    int sizeClass = SizeClass.ofAny(byteSize);
    if (!layout.isOwned(sizeClass)) {
      return NONE;
    }
    int home = shared.home();
    SharedWords words = shared.words();
    if (!owners.isSharing(Directory.ownersId(), words.pushes(home, sizeClass))) {
      return NONE;
    }
    long taken = words.tryPop(home, sizeClass);
    return taken == SharedWords.LOST ? NONE : taken;
  }

  /**
   * Allocates a slot of {@code sizeClass} or, if that is full, of a larger class.
   *
   * @return its address, tagged: see {@link SlabHeap#address} and {@link SlabHeap#isZero}; {@link
   *     #NONE} if the class is larger than the region's largest, or nothing is left
   * @throws IllegalStateException if a freed slot's link was overwritten; nothing was taken
   */
  public long allocate(int sizeClass) {
    if (layout.isOwned(sizeClass)) {
      long taken = directory.own().takeFromMagazine(sizeClass);
      if (taken != NONE) {
        return taken;
      }
    }
    return SlowMalloc.besideMagazine(this, sizeClass);
  }

  /** Makes the calling thread, or its carrier, which owned no slab, own one, if it can. */
  boolean acquire(int dice) {
    Thread thread = Directory.currentThread();
    return owners.canOwn(thread)
        && (owners.tryAcquire(thread, dice)
            || (Owners.looksAgain(dice)
                && reuse.takeSlabOfIdle()
                && owners.tryAcquire(thread, dice)));
  }

  /** Returns a number that pushes and claims change, so that no thread has to count its calls. */
  int diceOfHome(int sizeClass) {
    SharedWords words = shared.words();
    int home = shared.home();
    return words.isEmpty(home, sizeClass)
        ? (int) words.frontier(home, sizeClass)
        : words.pushes(home, sizeClass);
  }

  /**
   * Frees a slot of the calling thread's own slab, if there is room where it keeps slots at hand.
   *
   * @return false, with nothing done, if {@link #free} has to see to it: there is no room, it is
   *     not such a slot, it was never handed out, or the heap is closed
   * @throws IllegalStateException if it is the slot that was freed last
   */
  public boolean tryFree(long address) {
    long id = Directory.ownersId();
    OwnedSlab own = directory.inFirstEntry(id);
    return own.ownerId == id && own.tryPutBack(address);
  }

  /**
   * Frees a slot.
   *
   * @throws IllegalArgumentException if {@code address} is not the start of a slot handed out
   * @throws IllegalStateException if it is known to be free, or another slot turns out to have been
   *     freed twice, and then it is not freed
   */
  public void free(long address) {
    SlowFree.free(this, address);
  }

  /**
   * Frees a block that has moved.
   *
   * @param target where to; if the block turns out to be free it is given back
   * @throws IllegalStateException as {@link #free}
   */
  public void freeMoved(long address, long target) {
    try {
      if (!tryFree(address)) {
        free(address);
      }
    } catch (Throwable refused) {
      giveUp(target);
      throw refused;
    }
  }

  /**
   * Takes back an allocation that nobody has seen; never refuses, and needs no more stack than the
   * allocation did.
   */
  public void giveUp(long address) {
    int sizeClass = shared.classOf(address);
    if (LargeBlocks.isLarge(sizeClass)) {
      large.beforeGivingUp(address, sizeClass);
    }
    shared.push(address, sizeClass);
  }

  /**
   * Tells whether {@code address} is the start of a slot that was handed out: exactly for live
   * blocks, and for slots that never were; either may be said of one that was freed.
   */
  public boolean handedOut(long address) {
    if (!shared.handedOut(address)) {
      return false;
    }
    if (!layout.region().contains(address)) {
      return true; // the annex has no owners
    }
    OwnedSlab slab = directory.slab(layout.region().slabOf(address));
    return !slab.isInRun(address, layout.region().classOf(address));
  }

  /**
   * Returns the size class of a slot that was handed out.
   *
   * @throws IllegalArgumentException if {@code address} is not the start of one
   */
  public int checkedClass(long address) {
    if (!handedOut(address)) {
      throw notHandedOut(address);
    }
    return shared.classOf(address);
  }

  IllegalArgumentException notHandedOut(long address) {
    return new IllegalArgumentException(Refusals.whyNotHandedOut(shared, address));
  }

  /**
   * Gives what the calling thread keeps, or its carrier, to the shared words, and its slab to
   * whoever comes.
   *
   * @throws IllegalStateException if a freed slot's link was overwritten; all else has been given
   */
  public void releaseThreadCache() {
    held.releaseThreadCache();
  }

  /**
   * Releases the region. What is called later reaches no memory of it by {@link #tryTake}.
   *
   * @throws IllegalStateException if the system refuses; nothing has changed
   */
  public void release() {
    shared.region().release();
    directory.forgetThreads();
  }

  /** Lets no thread find its slab any more: {@link #tryTake} and {@link #tryFree} do nothing. */
  public void forgetThreads() {
    directory.forgetThreads();
  }
}
