package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
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
 */
public record OwnedHeap(
    SlabHeap shared,
    StashLayout layout,
    Directory directory,
    Owners owners,
    Stash stash,
    Outbox outbox) {
  /*
   * allocate: the stash; if it and its slab are exhausted, or the thread has no slab, or the class
   *           is not owned, the shared words, and at the very end what this thread and the dead
   *           hold back.
   * free:     a slot of the own slab to the stash, one of another slab to the outbox, or straight
   *           to the shared words if the thread has no slab or the class is not owned.
   *
   * What an owner keeps from the others: its stash and its outbox. In a heap that is limited, or in
   * which an allocation has failed, an owner keeps no more than its magazines and returned lists.
   */

  /** Answer of {@link #allocate} where nothing is left. */
  public static final long NONE = SharedWords.NONE;

  /** Class of growers, 4 MiB: a block that outgrows an OS page moves here and can stay. */
  private static final int GROWER_CLASS = 22;

  /** Smaller regions have too few 4 MiB slots (2^(bits-27)) to spend them on growers. */
  private static final int SMALLEST_REGION_BITS_WITH_GROWERS = 40;

  /** Home slabs of threads without a slab, at the most; the other slabs can be owned. */
  private static final int MOST_SHARED_HOMES = 16;

  /** Creates the heap of a fresh region. */
  public static OwnedHeap in(Region region, MemoryLimit limit, int processors, boolean ownedSlabs) {
    SlabHeap all = SlabHeap.in(region, limit, processors);
    int homeMask = ownedSlabs ? Math.min(all.homeMask(), MOST_SHARED_HOMES - 1) : all.homeMask();
    int firstOwned = ownedSlabs ? homeMask + 1 : RegionLayout.SLABS;
    return of(new SlabHeap(region, all.words(), homeMask), firstOwned);
  }

  /** Creates a heap in which the slabs from {@code firstOwned} on are owned. */
  static OwnedHeap of(SlabHeap shared, int firstOwned) {
    StashLayout layout = StashLayout.of(shared.region().layout());
    Stash stash = Stash.of(layout, shared.words());
    Directory directory = new Directory(layout, firstOwned);
    Outbox outbox = new Outbox(layout, shared.words());
    return new OwnedHeap(
        shared, layout, directory, new Owners(directory, firstOwned), stash, outbox);
  }

  /**
   * Takes a slot for a number of bytes from those that the calling thread keeps at hand.
   *
   * @param byteSize any number
   * @return its address; {@link #NONE} if {@link #allocate} has to see to it: there is none at
   *     hand, there are no slots of this size, or the heap is closed
   * @throws IllegalStateException if a returned slot's link was overwritten after its free
   */
  public long tryTake(long byteSize) {
    long threadId = Thread.currentThread().threadId();
    OwnedSlab own = directory.entryOf(threadId);
    int sizeClass = SizeClass.ofAny(byteSize);
    if (own.ownerId != threadId || sizeClass >= SizeClass.COUNT) {
      return NONE;
    }
    long taken = own.takeFromMagazine(sizeClass);
    return taken != NONE ? taken : stash.takeReturned(own, sizeClass);
  }

  /**
   * Allocates a slot of {@code sizeClass} or, if that is full, of a larger class.
   *
   * @return its address, tagged: see {@link SlabHeap#address} and {@link SlabHeap#isZero}; {@link
   *     #NONE} if the class is larger than the region's largest, or nothing is left
   */
  public long allocate(int sizeClass) {
    if (!layout.isOwned(sizeClass)) {
      return shared.allocate(sizeClass);
    }
    long threadId = Thread.currentThread().threadId();
    OwnedSlab own = directory.entryOf(threadId);
    long taken = own.ownerId == threadId ? stash.take(own, sizeClass) : NONE;
    return taken != NONE ? taken : allocateElsewhere(sizeClass);
  }

  private long allocateElsewhere(int sizeClass) {
    Thread thread = Thread.currentThread();
    if (owners.slabOf(thread) == Owners.NO_SLAB && acquire(thread, sizeClass) != Owners.NO_SLAB) {
      return allocate(sizeClass);
    }
    long taken = shared.allocate(sizeClass, sizeClass);
    if (taken == NONE) {
      // Before larger slots are used up: what is held back of the right size.
      shared.limit().noteExhaustion();
      releaseHeldSlots(thread);
      taken = shared.allocate(sizeClass);
    }
    return taken;
  }

  /** Returns the slab that the thread, which owned none, owns now; or {@link Owners#NO_SLAB}. */
  private int acquire(Thread thread, int sizeClass) {
    if (!owners.canOwn(thread)) {
      return Owners.NO_SLAB;
    }
    // A number that pushes change, so that no thread has to count its calls.
    int home = (int) thread.threadId() & shared.homeMask();
    int dice = HeadWord.pushes(shared.words().head(home, sizeClass));
    return owners.tryAcquire(thread, dice);
  }

  /**
   * Frees a slot of the calling thread's own slab, if there is room where it keeps slots at hand.
   *
   * @return false, with nothing done, if {@link #free} has to see to it: there is no room, it is
   *     not such a slot, it was never handed out, or the heap is closed
   * @throws IllegalStateException if it is the slot that was freed last
   */
  public boolean tryFree(long address) {
    long threadId = Thread.currentThread().threadId();
    OwnedSlab own = directory.entryOf(threadId);
    int sizeClass = own.classOf(address);
    return own.ownerId == threadId
        && own.isBelowRun(address, sizeClass)
        && own.tryPutInMagazine(address, sizeClass);
  }

  /**
   * Frees a slot.
   *
   * @throws IllegalArgumentException if {@code address} is not the start of a slot handed out
   * @throws IllegalStateException if it is known to be free, or another slot turns out to have been
   *     freed twice, and then it is not freed
   */
  public void free(long address) {
    if (!layout.region().contains(address)) {
      throw notHandedOut(address);
    }
    int sizeClass = layout.region().classOf(address);
    if (!layout.isOwned(sizeClass)) {
      shared.free(address);
      return;
    }
    long threadId = Thread.currentThread().threadId();
    OwnedSlab own = directory.entryOf(threadId);
    if (own.ownerId == threadId && own.slab == layout.region().slabOf(address)) {
      freeToStash(own, sizeClass, address);
    } else {
      freeBesideStash(address, sizeClass);
    }
  }

  private void freeToStash(OwnedSlab own, int sizeClass, long address) {
    if (!stash.handedOut(own, sizeClass, address)) {
      throw notHandedOut(address);
    }
    if (own.tryPutInMagazine(address, sizeClass)) {
      return;
    }
    if (shared.limit().isScarce()) {
      stash.drain(own, sizeClass);
      shared.push(address, sizeClass);
    } else {
      stash.freeWords().putTopOfMagazine(own, sizeClass);
      own.tryPutInMagazine(address, sizeClass);
    }
  }

  private void freeBesideStash(long address, int sizeClass) {
    if (shared.limit().isScarce()) {
      shared.free(address);
      return;
    }
    Thread thread = Thread.currentThread();
    int ownSlab = owners.slabOf(thread);
    if (ownSlab != Owners.NO_SLAB) {
      if (!outbox.tryPut(ownSlab, address, sizeClass)) {
        throw notHandedOut(address);
      }
    } else if (acquire(thread, sizeClass) != Owners.NO_SLAB) {
      free(address); // perhaps the slot is in the slab that is the thread's own now
    } else {
      shared.free(address);
    }
  }

  /**
   * Moves a block to a slot for {@code byteSize} bytes, with its contents up to the smaller size.
   *
   * @param heldClass the class of the block's slot
   * @param wantedClass the class of a slot that is large enough
   * @return the new address, or {@link #NONE} with the block untouched if nothing is left
   */
  public long move(long address, int heldClass, int wantedClass, long byteSize) {
    long heldBytes = SizeClass.slotBytes(heldClass);
    boolean outgrowsOsPage = byteSize > Math.max(heldBytes, shared.region().os().osPageBytes());
    long target = NONE;
    if (outgrowsOsPage && wantedClass < GROWER_CLASS && hasGrowers()) {
      target = SlabHeap.address(allocate(GROWER_CLASS));
    }
    if (target == NONE) {
      target = SlabHeap.address(allocate(wantedClass));
    }
    if (target != NONE) {
      RawMemory.copy(address, target, Math.min(heldBytes, byteSize));
      free(address);
    }
    return target;
  }

  /**
   * Tells whether {@code address} is the start of a slot that was handed out. Slots that another
   * owner has claimed in a run and not handed out yet count as if they were.
   */
  public boolean handedOut(long address) {
    return shared.handedOut(address) && !isInOwnRun(address);
  }

  private boolean isInOwnRun(long address) {
    long threadId = Thread.currentThread().threadId();
    OwnedSlab own = directory.entryOf(threadId);
    return own.ownerId == threadId && Stash.isInRun(own, own.classOf(address), address);
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
    return layout.region().classOf(address);
  }

  private IllegalArgumentException notHandedOut(long address) {
    return new IllegalArgumentException(Refusals.whyNotHandedOut(shared, address));
  }

  private boolean hasGrowers() {
    return layout.region().regionBits() >= SMALLEST_REGION_BITS_WITH_GROWERS
        && !shared.limit().isLimited();
  }

  /**
   * Gives what the calling thread and dead threads hold back to the shared words.
   *
   * @throws IllegalStateException if a freed slot's link was overwritten
   */
  public void releaseHeldSlots(Thread thread) {
    int ownSlab = owners.slabOf(thread);
    if (ownSlab != Owners.NO_SLAB) {
      drain(ownSlab);
    }
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if (owners.tryTakeFromTheDead(slab, thread)) {
        drain(slab);
        owners.release(slab, thread);
      }
    }
  }

  /** Counts what the stash of a slab holds, and its outbox; exact while its owner is not at it. */
  long countHeld(int slab, int sizeClass) {
    return owners.isOwnable(slab) && layout.isOwned(sizeClass)
        ? stash.count(directory.slab(slab), sizeClass) + outbox.count(slab, sizeClass)
        : 0;
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

  private void drain(int slab) {
    outbox.drain(slab);
    for (int c = SizeClass.SMALLEST; c <= layout.largestOwnedClass(); c++) {
      stash.drain(directory.slab(slab), c);
    }
  }
}
