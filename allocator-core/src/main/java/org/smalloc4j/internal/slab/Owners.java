package org.smalloc4j.internal.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.NativeThread;

/** Which thread owns which slab. Lock-free; an acquisition looks at each slab twice at the most. */
final class Owners {
  /*
   * Idea: a slab belongs to a thread until that thread is dead, and then to the next one that comes
   * by, with everything its stash and outbox hold. The JVM has no hook at a thread's death, and
   * none is needed.
   *
   *   owners[slab]   the owner; null: nobody, and the stash is empty; EMPTYING: a thread that gives
   *                  away what a dead owner left. CAS only.
   *   Directory      by which a thread finds its own slab
   *   Sharers        who found none
   *
   * Two kinds of owner (ADR 20):
   *
   *   a platform thread   Held weakly, so that a thread that has ended can be collected, with all
   *                       that its task and its class loader hold: one reference for each
   *                       acquisition. A thread that runs is reachable, so a reference that was
   *                       cleared means a dead thread (ADR 17).
   *   a carrier           of virtual threads, which use its slab in turn. Where it is visible it is
   *                       a platform thread like any other. Else no API tells its Thread, so it is
   *                       known by its number, and whether it lives by the kernel's id.
   */

  /** An owner, or one that was. */
  static final class Owner extends WeakReference<Thread> {
    private final long id;

    /** The kernel's id of a carrier, 0 for a platform thread. */
    private final int kernelId;

    /**
     * Where in the directory it finds its slab. Plain: written by its thread, while it is nobody's
     * owner.
     */
    private int entry;

    Owner(Thread thread) {
      this(thread, thread.threadId(), 0);
      entry = Directory.firstEntry(id);
    }

    private Owner(@Nullable Thread thread, long id, int kernelId) {
      super(thread);
      this.id = id;
      this.kernelId = kernelId;
    }

    long id() {
      return id;
    }

    boolean isDead() {
      if (this == EMPTYING) {
        return false;
      }
      if (kernelId != 0) {
        return !NativeThread.isAlive(kernelId);
      }
      Thread thread = get();
      return thread == null || !thread.isAlive();
    }
  }

  private static final Owner EMPTYING = new Owner(null, OwnedSlab.NOBODY, 0);

  /** What {@link OwnedSlab#NONE} has for its number. */
  static final int NO_SLAB = -1;

  private static final int NO_ENTRY = -1;

  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(Owner[].class);

  /** A thread that was refused tries again in one call of so many, on average. */
  private static final int RETRY_MASK = 128 - 1;

  private final Directory directory;
  private final int firstOwned;
  private final boolean carriersOwn;
  private final @Nullable Owner[] owners = new Owner[RegionLayout.SLABS];

  private final Sharers sharers = new Sharers();

  /**
   * Creates the owners of the slabs from {@code firstOwned} on; 64: no slab is ever owned.
   *
   * @param carriersOwn whether those who carry virtual threads do, where the system lets them
   */
  Owners(Directory directory, int firstOwned, boolean carriersOwn) {
    this.directory = directory;
    this.firstOwned = firstOwned;
    this.carriersOwn = carriersOwn;
  }

  /** Returns who found no slab. */
  Sharers sharers() {
    return sharers;
  }

  /** Returns how many slabs threads can own. */
  int ownable() {
    return RegionLayout.SLABS - firstOwned;
  }

  /** Counts the slabs that threads own which live. */
  int countOwned() {
    int count = 0;
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      Owner owner = owner(slab);
      if (owner != null && owner != EMPTYING && !owner.isDead()) {
        count++;
      }
    }
    return count;
  }

  /** Tells whether a slab is one of those that threads own. */
  boolean isOwnable(int slab) {
    return slab >= firstOwned && slab < RegionLayout.SLABS;
  }

  /**
   * Tells whether the calling thread is of the kind that owns slabs, or its carrier for it, and the
   * heap has slabs to own.
   *
   * @param thread as {@link Directory#currentThread} tells it
   */
  boolean canOwn(Thread thread) {
    return firstOwned < RegionLayout.SLABS
        && (carriersOwn || !Thread.currentThread().isVirtual())
        && (!thread.isVirtual() || NativeThread.prepare());
  }

  /**
   * Tells whether the calling thread, or its carrier, owns no slab and is not to look for one now.
   *
   * @param id as {@link Directory#ownersId} tells it
   * @param dice as for {@link #tryAcquire}
   */
  boolean isSharing(long id, int dice) {
    return firstOwned == RegionLayout.SLABS
        || ((dice & RETRY_MASK) != 0 && sharers.find(id) != null);
  }

  /**
   * Makes the calling thread, or its carrier, which can own and owns no slab, the owner of one.
   *
   * @param thread as {@link Directory#currentThread} tells it
   * @param dice a number that changes from call to call, so that a thread that was refused before
   *     tries again only now and then
   * @return whether it owns one now: not if it was refused, or did not try again
   */
  boolean tryAcquire(Thread thread, int dice) {
    boolean isPlatform = !thread.isVirtual();
    long id = isPlatform ? thread.threadId() : NativeThread.numberOrNew();
    if (id == NativeThread.NO_NUMBER) {
      return false;
    }
    Owner refused = sharers.find(id);
    boolean isFirstLook = refused == null && sharers.hasRoom(id);
    if (!isFirstLook && (dice & RETRY_MASK) != 0) {
      return false; // having written nothing: all threads beyond the slabs come here
    }
    Owner acquirer = refused;
    if (acquirer == null) {
      try {
        acquirer = isPlatform ? new Owner(thread) : new Owner(null, id, NativeThread.kernelId());
      } catch (OutOfMemoryError noJavaHeap) {
        return false; // the shared words need none
      }
    }
    if (!tryAcquireAny(acquirer)) {
      sharers.add(acquirer);
      return false;
    }
    if (refused != null) {
      sharers.remove(refused);
    }
    return true;
  }

  private boolean tryAcquireAny(Owner acquirer) {
    acquirer.entry = freeEntry(acquirer.id);
    if (acquirer.entry == NO_ENTRY) {
      return false;
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

  /** Returns an entry of an id in which no live owner finds its slab, if there is one. */
  private int freeEntry(long id) {
    int first = Directory.firstEntry(id);
    if (!isInUse(first)) {
      return first;
    }
    int second = Directory.secondEntry(id);
    return isInUse(second) ? NO_ENTRY : second;
  }

  private boolean isInUse(int entry) {
    OwnedSlab found = directory.at(entry);
    Owner owner = found == OwnedSlab.NONE ? null : owner(found.slab);
    return owner != null && owner != EMPTYING && owner.entry == entry && !owner.isDead();
  }

  /** Makes a thread the owner of a slab, if {@code before} is it until now; null: nobody. */
  boolean tryTake(int slab, @Nullable Owner before, Owner acquirer) {
    if (!directory.prepare(slab) || !casOwner(slab, before, acquirer)) {
      return false;
    }
    directory.enter(acquirer.id, acquirer.entry, slab);
    return true;
  }

  /** Leaves a slab that the calling thread, or its carrier, owns, and has emptied. */
  void leave(int slab) {
    Owner owner = owner(slab);
    directory.leave(slab);
    if (!casOwner(slab, owner, null)) {
      throw new AssertionError("slab " + slab + " was taken from a thread that leaves it");
    }
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
    //   collector's clearing of the reference, which it does after it found the thread ended. With
    //   a dead carrier the kernel's locks do.
    //   release half, with after = null: the emptying happens-before the next owner's use.
    return OWNER.compareAndSet(owners, slab, before, after);
  }
}
