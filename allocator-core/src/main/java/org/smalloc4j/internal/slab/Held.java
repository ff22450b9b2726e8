package org.smalloc4j.internal.slab;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * What owners hold back, in their stashes and outboxes: counted, and given to the shared words.
 * Lock-free; a stash is given by its owner, or by whoever has taken the slab from one that is dead
 * or idle.
 *
 * @param layout where stashes are
 * @param words whom slots are given to
 * @param directory where the calling thread's slab is
 * @param owners which thread owns which slab
 * @param stash the owners' free slots
 * @param drain how they leave it
 * @param outbox the slots of others that owners have freed
 * @param transit told while slots are on their way
 */
record Held(
    StashLayout layout,
    SharedWords words,
    Directory directory,
    Owners owners,
    Stash stash,
    StashDrain drain,
    Outbox outbox,
    Transit transit) {
  /** All slabs of a region, bit s for slab s. */
  static final long ALL_SLABS = -1L;

  /**
   * Gives what the calling thread and dead threads hold.
   *
   * @throws IllegalStateException if a freed slot's link was overwritten; all else has been given
   */
  void release() {
    IllegalStateException damage;
    transit.begin();
    try {
      damage = giveAll(true);
    } finally {
      transit.end();
    }
    if (damage != null) {
      throw damage;
    }
  }

  /**
   * Gives some slots of what a dead thread holds in a slab to another owner, who is the calling
   * thread, and leaves the rest there. To be called in {@link #transit}.
   *
   * @param to whose magazine has room for them
   * @param most how many, at the most
   * @throws IllegalStateException if a freed slot's link was overwritten; that list was dropped
   */
  void lendOfTheDead(int slab, OwnedSlab to, int sizeClass, int most) {
    if (!owners.tryTakeFromTheDead(slab)) {
      return;
    }
    try {
      drain.lend(directory.slab(slab), to, sizeClass, most);
    } finally {
      owners.leaveAsDead(slab);
    }
    giveDeadIfScarce(slab);
  }

  /**
   * Gives what a dead thread holds in a slab, which the calling thread had in hand, where slots are
   * few. To be called in {@link #transit}.
   *
   * @throws IllegalStateException as {@link #release}
   */
  void giveDeadIfScarce(int slab) {
    // Full: pairs with the begin of whoever found nothing left, noted it, and then did not get the
    // slab, since it was in hand. If weaker, both could miss what the other has done, and the slots
    // of the slab would be free and refused.
    VarHandle.fullFence();
    if (words.limit().isScarce()) {
      IllegalStateException damage = giveDead(1L << slab, null);
      if (damage != null) {
        throw damage;
      }
    }
  }

  /**
   * Gives what the calling thread holds, and what dead threads do.
   *
   * @param ofTheDead whether to look for those
   * @return the first damage that was met, null if none was
   */
  @Nullable IllegalStateException giveAll(boolean ofTheDead) {
    OwnedSlab own = ownOrResumed();
    IllegalStateException damage = own == OwnedSlab.NONE ? null : drain(own.slab, null);
    return ofTheDead ? giveDead(ALL_SLABS, damage) : damage;
  }

  private @Nullable IllegalStateException giveDead(
      long slabs, @Nullable IllegalStateException before) {
    IllegalStateException damage = before;
    for (long left = slabs; left != 0; left &= left - 1) {
      int slab = Long.numberOfTrailingZeros(left);
      if (owners.tryTakeFromTheDead(slab)) {
        damage = drain(slab, damage);
        owners.release(slab);
      }
    }
    return damage;
  }

  /**
   * Hands back the slots of others that the calling thread holds, and those that dead threads do;
   * the slabs of these are taken from them.
   *
   * @param ofTheDead whether to look for those
   * @return the slabs that were taken, bit s for slab s, to be emptied and released
   */
  long handBack(boolean ofTheDead) {
    OwnedSlab own = ownOrResumed();
    if (own != OwnedSlab.NONE) {
      handBackOf(own.slab);
    }
    long taken = 0;
    for (int slab = 0; ofTheDead && slab < RegionLayout.SLABS; slab++) {
      if (owners.tryTakeFromTheDead(slab)) {
        taken |= 1L << slab;
        handBackOf(slab);
      }
    }
    return taken;
  }

  private void handBackOf(int slab) {
    if (words.limit().isLimited()) {
      return; // all is handed back at once, and nothing borrowed
    }
    outbox.drain(slab);
    for (int c = SizeClass.SMALLEST; c <= layout.largestOwnedClass(); c++) {
      drain.handBack(directory.slab(slab), c);
    }
  }

  /**
   * Gives what the calling thread holds, or its carrier, and its slab to whoever comes.
   *
   * @throws IllegalStateException if a freed slot's link was overwritten; all else has been given
   */
  void releaseThreadCache() {
    OutOfLine.requireStack();
    OwnedSlab own = ownOrResumed();
    if (own == OwnedSlab.NONE) {
      return;
    }
    IllegalStateException damage;
    transit.begin();
    try {
      damage = drain(own.slab, null);
      owners.leave(own.slab);
    } finally {
      transit.end();
    }
    if (damage != null) {
      throw damage;
    }
  }

  /**
   * Returns the calling thread's slab, also if it was about to be taken; as {@link Directory#own}.
   */
  private OwnedSlab ownOrResumed() {
    OwnedSlab own = directory.own();
    return own == OwnedSlab.NONE && owners.tryResume(Directory.ownersId()) ? directory.own() : own;
  }

  /** Empties a slab's stash and outbox; returns the first damage that was met so far. */
  @Nullable IllegalStateException drain(int slab, @Nullable IllegalStateException before) {
    IllegalStateException damage = before;
    handBackOf(slab);
    for (int c = SizeClass.SMALLEST; c <= layout.largestOwnedClass(); c++) {
      try {
        drain.drain(directory.slab(slab), c);
      } catch (IllegalStateException met) {
        damage = damage == null ? met : damage;
      }
    }
    return damage;
  }

  /** Counts what the stash of a slab holds; exact while its owner is not at it. */
  long count(int slab, int sizeClass) {
    return hasStash(slab) && layout.isOwned(sizeClass)
        ? stash.count(directory.slab(slab), sizeClass)
        : 0;
  }

  /** Counts the slots of a class in the outbox of a slab; exact while its owner is not at it. */
  long countOutbox(int slab, int sizeClass) {
    // That of a slab without an owner is empty, and a look would make its OS pages resident.
    boolean hasOutbox = hasStash(slab) && owners.owner(slab) != null;
    return hasOutbox && layout.isOwned(sizeClass) ? outbox.count(slab, sizeClass) : 0;
  }

  /** Tells whether a slab has a stash and an outbox that can be looked at. */
  boolean hasStash(int slab) {
    return owners.isOwnable(slab) && directory.hasStash(slab);
  }
}
