package org.smalloc4j.internal.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
   *   owners[slab]   the owner; null: nobody, and the stash is empty. CAS only.
   *   Directory      by which a thread finds its own slab
   */

  /** Answer of {@link #slabOf} for a thread that owns none. */
  static final int NO_SLAB = -1;

  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(Thread[].class);

  /** A thread that was refused tries again in one call of so many, on average. */
  private static final int RETRY_MASK = 64 - 1;

  private final Directory directory;
  private final int firstOwned;
  private final @Nullable Thread[] owners = new Thread[RegionLayout.SLABS];

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
    if (isEntryInUse(thread)) {
      return false;
    }
    // Slabs of the dead first: their memory is resident already.
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      Thread owner = owner(slab);
      if (owner != null && !owner.isAlive() && tryTake(slab, owner, thread)) {
        return true;
      }
    }
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      if (owner(slab) == null && tryTake(slab, null, thread)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether a live owner has the same directory entry. */
  private boolean isEntryInUse(Thread thread) {
    OwnedSlab found = directory.entryOf(thread.threadId());
    Thread owner = found == OwnedSlab.NONE ? null : owner(found.slab);
    return owner != null
        && Directory.collide(owner.threadId(), thread.threadId())
        && owner.isAlive();
  }

  /** Makes a thread the owner of a slab, if {@code before} is it until now; null: nobody. */
  boolean tryTake(int slab, @Nullable Thread before, Thread thread) {
    if (!casOwner(slab, before, thread)) {
      return false;
    }
    directory.enter(thread.threadId(), slab);
    return true;
  }

  /** Takes a slab whose owner is dead away from it, for {@link #release}; false if it has none. */
  boolean tryTakeFromTheDead(int slab, Thread thread) {
    Thread owner = owner(slab);
    return owner != null && !owner.isAlive() && casOwner(slab, owner, thread);
  }

  /** Leaves a slab, whose stash and outbox are empty, to whoever comes. */
  void release(int slab, Thread thread) {
    if (!casOwner(slab, thread, null)) {
      throw new AssertionError("slab " + slab + " was taken from a live thread");
    }
  }

  private @Nullable Thread owner(int slab) {
    // Acquire: pairs with casOwner. An owner that is null left the stash empty before it.
    return (Thread) OWNER.getAcquire(owners, slab);
  }

  private boolean casOwner(int slab, @Nullable Thread before, @Nullable Thread after) {
    // Volatile CAS: pairs with itself and owner().
    //   acquire half, with before = null: the stash is seen as its last owner emptied it. With a
    //   dead thread, isAlive() = false gives the edge from all that the thread did.
    //   release half, with after = null: the emptying happens-before the next owner's use.
    return OWNER.compareAndSet(owners, slab, before, after);
  }
}
