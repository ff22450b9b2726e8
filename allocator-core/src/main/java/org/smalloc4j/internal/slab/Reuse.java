package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.HOLDERS_LEFT;
import static org.smalloc4j.internal.slab.OwnedSlab.LENDER;
import static org.smalloc4j.internal.slab.OwnedSlab.LISTS_LEFT;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * What an owner takes from others before it touches memory for the first time: free slots of its
 * class on the lists of other slabs, and those that dead and idle owners hold. Lock-free but for
 * the handshakes with idle owners.
 *
 * @param words the lists
 * @param directory the slabs
 * @param held what owners hold
 * @param idleness which owners have been idle for long
 */
record Reuse(SharedWords words, Directory directory, Held held, Idleness idleness) {
  /*
   * Idea: threads that take turns with the same data leave it free in the slab of whoever had it
   * first. So a slab grows only if no other has anything to lend.
   *
   *   take    some slots of another slab's list come to the magazine, which is empty. They are used
   *           as any others, and freed to the slab they belong to. Not of an owner that is at work,
   *           or was a moment ago: it takes its list itself, and threads that took from each other
   *           would free most blocks remotely. Of a carrier nobody knows; what it runs moves anyway.
   *           Of a dead owner who has lent before, what it holds itself, as many at a time.
   *   takeOfOwners
   *           makes a lender of a dead owner, or of one that has waited for long, if what it holds
   *           is worth a handshake. Nobody who runs is asked: a malloc that can grow does not wait.
   *
   * Looks cost a load or two for each slab in use, so they are not made before each run, but when
   * the frontier has grown by LEAST_BYTES, or by an eighth: what is touched too early is no more
   * than that. They go round all slabs, MOST_LOOKS of them in a call, the lists of all before the
   * stash of one; a run is claimed in between. A round that finds something begins again, at the
   * slab where that was.
   *
   * Source of the idea: the reclaiming of abandoned pages before fresh ones, D. Leijen, B. Zorn and
   * L. de Moura, "Mimalloc: Free List Sharding in Action" (APLAS 2019).
   */

  private static final long LEAST_BYTES = 64 << 10;
  private static final int GROWTH_SHIFT = 3; // an eighth

  // What one call may cost.
  private static final int MOST_LOOKS = 8;
  private static final int MOST_BORROWED = 24;

  /** Added to a slab that is the lender with what its dead owner holds, not with its list. */
  private static final int OF_THE_DEAD = RegionLayout.SLABS;

  /** Tells whether a slab that has nothing free is to look at the others before it grows. */
  static boolean isDue(SharedWords words, int slab, int claimed, int sizeClass) {
    // What a heap with a limit has free anywhere is found before the limit refuses.
    return !words.limit().isLimited() && isDue(words.frontier(slab, sizeClass), claimed, sizeClass);
  }

  /**
   * Tells it of the home of threads without a slab, which grows to LEAST_BYTES in any case: what it
   * takes of another slab is freed to that one. So it would look again in each call, and all who do
   * so would meet at one list.
   */
  static boolean isDueAtHome(SharedWords words, int home, int sizeClass) {
    return words.frontier(home, sizeClass) >= LEAST_BYTES >> sizeClass
        && isDue(words, home, 1, sizeClass);
  }

  /**
   * Tells it of an unlimited heap.
   *
   * @param frontier slots of the area that were ever handed out
   * @param claimed how many are claimed together
   */
  static boolean isDue(long frontier, int claimed, int sizeClass) {
    long step = Math.max(LEAST_BYTES >> sizeClass, Long.highestOneBit(frontier) >> GROWTH_SHIFT);
    return (frontier & (Math.max(1, step) - 1)) < claimed;
  }

  /** Tells whether an owner that has nothing free is to look at the others before it grows. */
  boolean isDue(OwnedSlab own, int sizeClass) {
    return isUnderWay(own, sizeClass)
        || isDue(words, own.slab, held.stash().runSlots(sizeClass), sizeClass);
  }

  /**
   * Takes a slot of another slab's list, or of a dead owner who has lent before, and a few more to
   * the magazine, which is empty.
   *
   * @return its address; {@link SharedWords#NONE} if there is none where this call has looked
   * @throws IllegalStateException if the slot's link was overwritten after its free; that list has
   *     been dropped
   */
  long take(OwnedSlab own, int sizeClass) {
    int lender = (int) own.get(LENDER, sizeClass);
    if (lender >= OF_THE_DEAD) {
      long taken = takeOfTheDead(own, lender - OF_THE_DEAD, sizeClass);
      if (taken != SharedWords.NONE) {
        return taken;
      }
      own.set(LENDER, sizeClass, lender - OF_THE_DEAD);
    } else if (!isUnderWay(own, sizeClass)) {
      beginAt(own.slab, own, sizeClass);
    }
    return takeListed(own, sizeClass);
  }

  private long takeListed(OwnedSlab own, int sizeClass) {
    long now = System.nanoTime();
    idleness.lookAtSome(directory, held.owners(), now);
    long left = own.get(LISTS_LEFT, sizeClass) & others(own, sizeClass);
    for (int looks = 0; looks < MOST_LOOKS && left != 0; looks++) {
      int slab = firstFrom((int) own.get(LENDER, sizeClass), left);
      idleness.look(slab, directory.slab(slab), now);
      long taken = isLent(slab, sizeClass) ? words.takeKept(slab, sizeClass) : SharedWords.NONE;
      if (taken != SharedWords.NONE) {
        beginAt(slab, own, sizeClass);
        fillMagazine(own, slab, sizeClass);
        return taken;
      }
      left &= ~(1L << slab);
    }
    own.set(LISTS_LEFT, sizeClass, left);
    return SharedWords.NONE;
  }

  /** Begins a round of looks at all others, with a slab. */
  private static void beginAt(int lender, OwnedSlab own, int sizeClass) {
    own.set(LENDER, sizeClass, lender);
    own.set(LISTS_LEFT, sizeClass, Held.ALL_SLABS);
    own.set(HOLDERS_LEFT, sizeClass, Held.ALL_SLABS);
  }

  private static boolean isUnderWay(OwnedSlab own, int sizeClass) {
    return (own.get(LISTS_LEFT, sizeClass) | own.get(HOLDERS_LEFT, sizeClass)) != 0;
  }

  private long others(OwnedSlab own, int sizeClass) {
    return words.inUse().of(sizeClass) & ~(1L << own.slab);
  }

  /** Returns the first of some slabs, bit s for slab s, from one on and around. */
  private static int firstFrom(int slab, long slabs) {
    return (slab + Long.numberOfTrailingZeros(Long.rotateRight(slabs, slab)))
        & (RegionLayout.SLABS - 1);
  }

  /** Tells whether a slab seems to have slots that its owner is not about to use. */
  private boolean isLent(int slab, int sizeClass) {
    if (words.isEmpty(slab, sizeClass) && words.sorted().keptCount(slab, sizeClass) == 0) {
      return false;
    }
    Owner owner = held.owners().owner(slab);
    return owner == null || owner.isCarrier() || isGone(owner, slab);
  }

  /** Takes slots of a list that are not needed yet. */
  private void fillMagazine(OwnedSlab own, int slab, int sizeClass) {
    for (int room = borrowable(own, sizeClass); room > 0; room--) {
      long taken = words.tryPop(slab, sizeClass);
      if (taken == SharedWords.NONE || taken == SharedWords.LOST) {
        return;
      }
      own.putBorrowed(taken, sizeClass);
    }
  }

  private int borrowable(OwnedSlab own, int sizeClass) {
    // Where slots are few nobody keeps what others may need. Half: so that the magazine has room.
    return words.limit().isScarce() ? 0 : Math.min(MOST_BORROWED, own.room(sizeClass) / 2);
  }

  /** Tells whether the lists have been looked at, and some owners' stashes have not. */
  boolean isWorthAsking(OwnedSlab own, int sizeClass) {
    return own.get(LISTS_LEFT, sizeClass) == 0 && own.get(HOLDERS_LEFT, sizeClass) != 0;
  }

  /**
   * Takes a slot of what a dead or idle owner holds, and a few more to the magazine, which is
   * empty, if the next of those owners seems to hold enough of a class. One that is idle loses its
   * slab. The calling thread may have another slab afterwards, or none.
   *
   * @return its address; {@link SharedWords#NONE} if there is none where this call has looked
   * @throws IllegalStateException if the link of a slot that the owner had taken from its list was
   *     overwritten after its free; that list has been dropped
   */
  long takeOfOwners(OwnedSlab own, int sizeClass) {
    long enough = Math.max(1, LEAST_BYTES >> sizeClass);
    long now = System.nanoTime();
    long left = own.get(HOLDERS_LEFT, sizeClass) & others(own, sizeClass);
    for (int looks = 0; looks < MOST_LOOKS && left != 0; looks++) {
      int slab = firstFrom((int) own.get(LENDER, sizeClass), left);
      left &= ~(1L << slab);
      idleness.look(slab, directory.slab(slab), now); // the last one may have been long ago
      Owner owner = held.owners().owner(slab);
      if (owner != null
          && isGone(owner, slab)
          && !held.stash().seemsToHoldLess(directory.slab(slab), sizeClass, enough)) {
        own.set(HOLDERS_LEFT, sizeClass, left);
        return held.stash().seemsToHold(directory.slab(slab), sizeClass, enough)
            ? takeOfOwner(owner, own, slab, sizeClass)
            : SharedWords.NONE;
      }
    }
    own.set(HOLDERS_LEFT, sizeClass, left);
    return SharedWords.NONE;
  }

  private long takeOfOwner(Owner owner, OwnedSlab own, int slab, int sizeClass) {
    OutOfLine.requireStack();
    // From here to the end of what follows: nobody else finds what the owner holds.
    held.transit().begin();
    try {
      if (!owner.isDead() && !held.owners().revocation().tryLeaveAsDead(slab)) {
        return SharedWords.NONE;
      }
      if (directory.own() != own) {
        held.giveDeadIfScarce(slab);
        return SharedWords.NONE;
      }
      beginAt(slab + OF_THE_DEAD, own, sizeClass);
      return takeOfTheDead(own, slab, sizeClass);
    } finally {
      held.transit().end();
    }
  }

  /** Takes a slot, and a few more, of what a dead owner holds. */
  private long takeOfTheDead(OwnedSlab own, int slab, int sizeClass) {
    OutOfLine.requireStack();
    held.transit().begin();
    try {
      held.lendOfTheDead(slab, own, sizeClass, 1 + borrowable(own, sizeClass));
    } finally {
      held.transit().end();
    }
    return own.takeFromMagazine(sizeClass);
  }

  /**
   * Takes the slab of an owner that has been idle for long, if there is one, and leaves it to
   * whoever comes, with all that it holds: for a thread beyond the slabs, which works.
   *
   * @return whether there was one
   * @throws IllegalStateException as {@link Held#release}
   */
  boolean takeSlabOfIdle() {
    Owners owners = held.owners();
    long now = System.nanoTime();
    idleness.lookAtSome(directory, held.owners(), now);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      Owner owner = owners.owner(slab);
      if (owner == null || owner.isDead() || !idleness.isLong(slab)) {
        continue;
      }
      idleness.look(slab, directory.slab(slab), now); // as in takeOfOwners
      if (isGone(owner, slab)) {
        held.transit().begin(); // as in takeOfOwner
        try {
          boolean isLeft = owners.revocation().tryLeaveAsDead(slab);
          if (isLeft) {
            held.giveDeadIfScarce(slab);
          }
          return isLeft;
        } finally {
          held.transit().end();
        }
      }
    }
    return false;
  }

  /** Tells whether an owner is dead, or has been idle for long. */
  private boolean isGone(Owner owner, int slab) {
    return owner.isDead()
        || (idleness.isLong(slab) && held.owners().revocation().seemsToWait(owner));
  }
}
