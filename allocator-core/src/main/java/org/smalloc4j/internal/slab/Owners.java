package org.smalloc4j.internal.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.NativeThread;

/** Which thread owns which slab. Lock-free; an acquisition looks at each slab once. */
final class Owners {
  /*
   * Idea: a slab belongs to a thread until that thread is dead, and then to the next one that comes
   * by, with everything its stash and outbox hold. The JVM has no hook at a thread's death, and
   * none is needed.
   *
   *   owners[slab]   the owner; null: nobody, and the stash is empty; IN_HAND: one thread gives away
   *                  what an owner left, or is about to own the slab; DEAD: it has given some of it
   *                  away; a question: the owner's, from whom a Revocation may take it. CAS only.
   *   Directory      by which a thread finds its own slab
   *   Sharers        who found none
   */

  /** What {@link OwnedSlab#NONE} has for its number. */
  static final int NO_SLAB = -1;

  private static final int NO_ENTRY = -1;
  private static final Owner IN_HAND = Owner.IN_HAND;

  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(Owner[].class);

  /** A thread that was refused tries again in one call of so many, on average. */
  private static final int RETRY_MASK = 1024 - 1;

  private final Directory directory;
  private final int firstOwned;
  private final boolean carriersOwn;
  private final @Nullable Owner[] owners = new Owner[RegionLayout.SLABS];

  private final Sharers sharers = new Sharers();
  private final Revocation revocation;

  /**
   * Creates the owners of the slabs from {@code firstOwned} on; 64: no slab is ever owned.
   *
   * @param carriersOwn whether those who carry virtual threads do, where the system lets them
   */
  Owners(Directory directory, int firstOwned, boolean carriersOwn) {
    this(directory, firstOwned, carriersOwn, IdleStack::isIdle);
  }

  /** Creates owners that are asked in another way whether they are idle. */
  Owners(Directory directory, int firstOwned, boolean carriersOwn, Predicate<Thread> isIdle) {
    this.directory = directory;
    this.firstOwned = firstOwned;
    this.carriersOwn = carriersOwn;
    revocation = new Revocation(this, directory, isIdle);
  }

  /** Returns what takes slabs from idle owners. */
  Revocation revocation() {
    return revocation;
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
      if (owner != null && owner != IN_HAND && !owner.isDead()) {
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
    return firstOwned == RegionLayout.SLABS || (!looksAgain(dice) && sharers.find(id) != null);
  }

  /** Tells whether a thread that was refused looks again; not for 0, which nobody has changed. */
  static boolean looksAgain(int dice) {
    return (dice & RETRY_MASK) == RETRY_MASK;
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
    if (tryResume(id)) {
      return true;
    }
    Owner refused = sharers.find(id);
    boolean isFirstLook = refused == null && sharers.hasRoom(id);
    if (!isFirstLook && !looksAgain(dice)) {
      return false; // having written nothing: all threads beyond the slabs come here
    }
    Owner acquirer = refused;
    if (acquirer == null) {
      try {
        acquirer = isPlatform ? new Owner(thread) : Owner.carrier(id, NativeThread.kernelId());
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

  /**
   * Makes the calling thread, which finds no slab, find its own again, if it still has one that was
   * about to be taken from it.
   *
   * @param id as {@link Directory#ownersId} tells it
   */
  boolean tryResume(long id) {
    return tryResume(id, directory.at(Directory.firstEntry(id)).slab)
        || tryResume(id, directory.at(Directory.secondEntry(id)).slab);
  }

  private boolean tryResume(long id, int slab) {
    Owner found = slab == NO_SLAB ? null : owner(slab);
    while (found != null && found.id() == id) {
      if (casOwner(slab, found, IN_HAND)) {
        directory.resume(id, slab);
        put(slab, found.principal());
        return true;
      }
      found = owner(slab);
    }
    return false;
  }

  private boolean tryAcquireAny(Owner acquirer) {
    acquirer.entry = freeEntry(acquirer.id());
    if (acquirer.entry == NO_ENTRY) {
      return false;
    }
    // Slabs of the dead first: their memory is resident already.
    long vacant = 0;
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      Owner owner = owner(slab);
      if (owner == null) {
        vacant |= 1L << slab;
      } else if (owner.isDead() && tryTake(slab, owner, acquirer)) {
        return true;
      }
    }
    for (; vacant != 0; vacant &= vacant - 1) {
      if (tryTake(Long.numberOfTrailingZeros(vacant), null, acquirer)) {
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
    return owner != null
        && owner != IN_HAND
        && owner.principal().entry == entry
        && !owner.principal().isDead();
  }

  /** Makes a thread the owner of a slab, if {@code before} is it until now; null: nobody. */
  boolean tryTake(int slab, @Nullable Owner before, Owner acquirer) {
    if (!directory.prepare(slab) || !casOwner(slab, before, IN_HAND)) {
      return false;
    }
    // Before the owner is there to be asked: after that, the id would be written over what a
    // revocation puts in its place.
    directory.enter(acquirer.id(), acquirer.entry, slab);
    put(slab, acquirer);
    return true;
  }

  /** Leaves a slab that the calling thread, or its carrier, owns, and has emptied. */
  void leave(int slab) {
    directory.leave(slab);
    Owner owner = owner(slab);
    while (!casOwner(slab, owner, null)) {
      owner = owner(slab); // a revocation came or went; it cannot have taken the slab
      if (owner == null || owner == IN_HAND) {
        throw new AssertionError("slab " + slab + " was taken from a thread that leaves it");
      }
    }
  }

  /**
   * Takes a slab away from its owner, if that is dead, so that what it left can be given away. To
   * be followed by {@link #release} or {@link #leaveAsDead}.
   */
  boolean tryTakeFromTheDead(int slab) {
    Owner owner = owner(slab);
    return owner != null && owner.isDead() && casOwner(slab, owner, IN_HAND);
  }

  /** Takes a slab away from its owner, who answers a question by now, or does not any more. */
  boolean tryTakeFromTheIdle(int slab, Owner question) {
    return casOwner(slab, question, IN_HAND);
  }

  /** Takes a slab that nobody owns, so that nobody adopts it before {@link #release}. */
  boolean tryHold(int slab) {
    return isOwnable(slab) && owner(slab) == null && casOwner(slab, null, IN_HAND);
  }

  /** Leaves a slab that was taken from the dead or held, and is empty, to whoever comes. */
  void release(int slab) {
    put(slab, null);
  }

  /** Leaves a slab that was taken, with what it still holds, as if its owner were dead. */
  void leaveAsDead(int slab) {
    put(slab, Owner.DEAD);
  }

  /** Gives a slab that the calling thread has in hand to somebody, or nobody. */
  private void put(int slab, @Nullable Owner owner) {
    if (!casOwner(slab, IN_HAND, owner)) {
      throw new AssertionError("slab " + slab + " was taken from a thread that has it in hand");
    }
  }

  @Nullable Owner owner(int slab) {
    // Acquire: pairs with casOwner. An owner that is null left the stash empty before it.
    return (Owner) OWNER.getAcquire(owners, slab);
  }

  boolean casOwner(int slab, @Nullable Owner before, @Nullable Owner after) {
    // Volatile CAS: pairs with itself and owner().
    //   acquire half, with before = null: the stash is seen as its last owner emptied it. With a
    //   dead thread, isAlive() = false gives the edge from all that the thread did, and so does the
    //   collector's clearing of the reference, which it does after it found the thread ended. With
    //   a dead carrier the kernel's locks do.
    //   release half, with after = null or DEAD: what was taken from the stash happens-before the
    //   next one's use.
    return OWNER.compareAndSet(owners, slab, before, after);
  }
}
