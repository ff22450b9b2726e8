package org.smalloc4j.internal.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;

/**
 * Which platform thread owns which slab. Lock-free; an acquisition looks at each slab twice at the
 * most.
 */
final class Owners {
  /*
   * Idea: a slab belongs to a thread until that thread is dead, and then to the next one that comes
   * by, with everything its stash and outbox hold. The JVM has no hook at a thread's death, and
   * none is needed.
   *
   *   owners[slab]   the owner; null: nobody, and the stash is empty; EMPTYING: a thread that gives
   *                  away what a dead owner left. CAS only.
   *   Directory      by which a thread finds its own slab
   *
   * An owner is held weakly, so that a thread that has ended can be collected, with all that its
   * task and its class loader hold: one reference for each acquisition. A thread that runs is
   * reachable, so a reference that was cleared means a dead thread (ADR 17).
   */

  /** An owner, or one that was. */
  static final class Owner extends WeakReference<Thread> {
    private final long threadId;

    Owner(Thread thread) {
      super(thread);
      threadId = thread.threadId();
    }

    /** Creates {@link #EMPTYING}. */
    private Owner() {
      super(null);
      threadId = OwnedSlab.NOBODY;
    }

    private boolean isDead() {
      if (this == EMPTYING) {
        return false;
      }
      Thread thread = get();
      return thread == null || !thread.isAlive();
    }
  }

  private static final Owner EMPTYING = new Owner();

  /** Answer of {@link #slabOf} for a thread that owns none. */
  static final int NO_SLAB = -1;

  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(Owner[].class);

  /** A thread that was refused tries again in one call of so many, on average. */
  private static final int RETRY_MASK = 64 - 1;

  private final Directory directory;
  private final int firstOwned;
  private final @Nullable Owner[] owners = new Owner[RegionLayout.SLABS];

  /**
   * The largest id of a thread that was refused. Racy: an update that is lost, or seen late, lets a
   * thread try once more.
   */
  private long lastRefused;

  /** Creates the owners of the slabs from {@code firstOwned} on; 64: no slab is ever owned. */
  Owners(Directory directory, int firstOwned) {
    this.directory = directory;
    this.firstOwned = firstOwned;
  }

  /** Tells whether a slab is one of those that threads own. */
  boolean isOwnable(int slab) {
    return slab >= firstOwned && slab < RegionLayout.SLABS;
  }

  /** Returns the slab of the calling thread, or {@link #NO_SLAB} if it owns none. */
  int slabOf(Thread thread) {
    OwnedSlab found = directory.entryOf(thread.threadId());
    return found.ownerId == thread.threadId() ? found.slab : NO_SLAB;
  }

  /** Tells whether a thread is of the kind that owns slabs, and the heap has slabs to own. */
  boolean canOwn(Thread thread) {
    return firstOwned < RegionLayout.SLABS && !thread.isVirtual();
  }

  /**
   * Makes the calling thread, which can own and owns no slab, the owner of one.
   *
   * @param dice a number that changes from call to call, so that a thread that was refused before
   *     tries again only now and then
   * @return the slab; {@link #NO_SLAB} if it was refused, or did not try again
   */
  int tryAcquire(Thread thread, int dice) {
    long threadId = thread.threadId();
    if (threadId <= lastRefused && (dice & RETRY_MASK) != 0) {
      return NO_SLAB;
    }
    if (!tryAcquireAny(thread)) {
      lastRefused = Math.max(lastRefused, threadId);
      return NO_SLAB;
    }
    return slabOf(thread);
  }

  private boolean tryAcquireAny(Thread thread) {
    if (isEntryInUse(thread.threadId())) {
      return false;
    }
    Owner acquirer;
    try {
      acquirer = new Owner(thread);
    } catch (OutOfMemoryError noJavaHeap) {
      return false; // the shared words need none
    }
    // Slabs of the dead first: their memory is resident already.
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      Owner owner = owner(slab);
      if (owner != null && owner.isDead() && tryTake(slab, owner, acquirer)) {
        return true;
      }
    }
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      if (owner(slab) == null && tryTake(slab, null, acquirer)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether a live owner has the same directory entry. */
  private boolean isEntryInUse(long threadId) {
    OwnedSlab found = directory.entryOf(threadId);
    Owner owner = found == OwnedSlab.NONE ? null : owner(found.slab);
    return owner != null && Directory.collide(owner.threadId, threadId) && !owner.isDead();
  }

  /** Makes a thread the owner of a slab, if {@code before} is it until now; null: nobody. */
  boolean tryTake(int slab, @Nullable Owner before, Owner acquirer) {
    if (!casOwner(slab, before, acquirer)) {
      return false;
    }
    directory.enter(acquirer.threadId, slab);
    return true;
  }

  /**
   * Takes a slab away from its owner, if that is dead, so that what it left can be given away. To
   * be followed by {@link #release}.
   */
  boolean tryTakeFromTheDead(int slab) {
    Owner owner = owner(slab);
    return owner != null && owner.isDead() && casOwner(slab, owner, EMPTYING);
  }

  /** Takes a slab that nobody owns, so that nobody adopts it before {@link #release}. */
  boolean tryHold(int slab) {
    return isOwnable(slab) && owner(slab) == null && casOwner(slab, null, EMPTYING);
  }

  /** Leaves a slab that was taken from the dead or held, and is empty, to whoever comes. */
  void release(int slab) {
    if (!casOwner(slab, EMPTYING, null)) {
      throw new AssertionError("slab " + slab + " was taken from a thread that empties it");
    }
  }

  @Nullable Owner owner(int slab) {
    // Acquire: pairs with casOwner. An owner that is null left the stash empty before it.
    return (Owner) OWNER.getAcquire(owners, slab);
  }

  private boolean casOwner(int slab, @Nullable Owner before, @Nullable Owner after) {
    // Volatile CAS: pairs with itself and owner().
    //   acquire half, with before = null: the stash is seen as its last owner emptied it. With a
    //   dead thread, isAlive() = false gives the edge from all that the thread did, and so does the
    //   collector's clearing of the reference, which it does after it found the thread ended.
    //   release half, with after = null: the emptying happens-before the next owner's use.
    return OWNER.compareAndSet(owners, slab, before, after);
  }
}
