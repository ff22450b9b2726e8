package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.BORROWED;
import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED;
import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED_FRONTIER;
import static org.smalloc4j.internal.slab.OwnedSlab.TOP;

import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The ways out of a stash but malloc: to the shared words, to the slabs that slots were borrowed
 * from, to another owner, and to the marks of a purge. Lock-free; used by whoever has the stash to
 * itself, which is the argument {@code own}.
 *
 * @param stash where slots come from
 */
record StashDrain(Stash stash) {
  private static final long NONE = SharedWords.NONE;

  /**
   * Gives all slots of a class to the shared words: to the returned list first, and that as a
   * whole.
   *
   * @throws IllegalStateException if a returned slot's link was overwritten after its free; the
   *     slots behind it are dropped, all others have been given
   */
  void drain(OwnedSlab own, int sizeClass) {
    if (Stash.isEmpty(own, sizeClass)) {
      return;
    }
    own.set(RETURNED_FRONTIER, sizeClass, words().frontier(own.slab, sizeClass));
    handBack(own, sizeClass);
    for (long p = stash.takeFresh(own, sizeClass); p != NONE; p = stash.takeFresh(own, sizeClass)) {
      addToReturned(own, sizeClass, SlabHeap.address(p));
    }
    stash.freeWords().pushAll(own, sizeClass);
    for (long p = stash.takeFreed(own, sizeClass); p != NONE; p = stash.takeFreed(own, sizeClass)) {
      addToReturned(own, sizeClass, p);
    }
    stash.freeWords().raiseThreshold(own, sizeClass);
    giveReturned(own, sizeClass);
  }

  /**
   * Gives the slots that are on top of the magazine, which is full, to the slab's freed list, where
   * others find them, too.
   */
  void giveTopOfMagazine(OwnedSlab own, int sizeClass) {
    int slots = Math.min(FreeWords.BATCH, own.ownOnTop(sizeClass));
    long last = own.takeFromMagazine(sizeClass);
    int first = layout().region().codeOf(last, sizeClass);
    for (int i = 1; i < slots; i++) {
      long address = own.takeFromMagazine(sizeClass);
      RawMemory.storeLinkPlain(address, first);
      first = layout().region().codeOf(address, sizeClass);
    }
    words().pushChain(first, last, slots, own.slab, sizeClass);
  }

  /** Hands the slots of other slabs back to these. */
  void handBack(OwnedSlab own, int sizeClass) {
    long bottom = layout().magazine(own.slab, sizeClass);
    long last = Math.min(own.get(BORROWED, sizeClass), own.get(TOP, sizeClass));
    for (long entry = last; entry > bottom; entry -= Long.BYTES) {
      long address = RawMemory.loadPlain(entry);
      int slab = layout().region().slabOf(address);
      if (slab != own.slab) {
        // What is on top has been looked at, and comes in its place.
        RawMemory.storePlain(entry, own.takeFromMagazine(sizeClass));
        words()
            .pushChain(layout().region().codeOf(address, sizeClass), address, 1, slab, sizeClass);
      }
    }
    own.set(BORROWED, sizeClass, bottom);
  }

  /**
   * Gives some slots of a class, which stay slots of their slabs, to the magazine of another owner:
   * those of one free word or, if there is none, what else there is.
   *
   * @param most how many; the magazine has room for them
   * @throws IllegalStateException if a returned slot's link was overwritten after its free; the
   *     slots behind it are dropped
   */
  void lend(OwnedSlab own, OwnedSlab to, int sizeClass, int most) {
    long first = stash.freeWords().take(own, to, sizeClass, most - 1);
    if (first == NONE) {
      lendBesideWords(own, to, sizeClass, most);
    } else {
      to.set(BORROWED, sizeClass, to.get(TOP, sizeClass));
      to.putBorrowed(first, sizeClass);
    }
  }

  private void lendBesideWords(OwnedSlab own, OwnedSlab to, int sizeClass, int most) {
    for (int left = most; left > 0; left--) {
      long taken = own.takeFromMagazine(sizeClass);
      taken = taken != NONE ? taken : stash.takeReturned(own, sizeClass);
      taken = taken != NONE ? taken : stash.takeFresh(own, sizeClass);
      if (taken == NONE) {
        return;
      }
      to.putBorrowed(SlabHeap.address(taken), sizeClass);
    }
  }

  /** Gives all slots of a class to the marks of those that are sorted. */
  void moveTo(Marks marks, OwnedSlab own, int sizeClass) {
    long list = own.get(RETURNED, sizeClass);
    if (TakenList.first(list) != 0) {
      int moved = marks.addList(list, words().frontier(own.slab, sizeClass));
      own.set(RETURNED, sizeClass, TakenList.of(TakenList.slots(list) - moved, 0));
    }
    stash.freeWords().moveTo(marks, own, sizeClass);
    handBack(own, sizeClass);
    for (long p = own.takeFromMagazine(sizeClass); p != NONE; ) {
      marks.add(p);
      p = own.takeFromMagazine(sizeClass);
    }
    for (long p = stash.takeFresh(own, sizeClass); p != NONE; p = stash.takeFresh(own, sizeClass)) {
      marks.add(SlabHeap.address(p));
    }
  }

  private void addToReturned(OwnedSlab own, int sizeClass, long address) {
    long list = own.get(RETURNED, sizeClass);
    RawMemory.storeLinkPlain(address, TakenList.first(list));
    int first = layout().region().codeOf(address, sizeClass);
    own.set(RETURNED, sizeClass, TakenList.of(TakenList.slots(list) + 1, first));
  }

  private void giveReturned(OwnedSlab own, int sizeClass) {
    long list = own.get(RETURNED, sizeClass);
    if (TakenList.first(list) == 0) {
      return;
    }
    long sound = words().soundPart(list, own.slab, sizeClass);
    int others = TakenList.slots(list) - TakenList.slots(sound);
    IllegalStateException damage = words().giveBack(list, sound, own.slab, sizeClass);
    own.set(RETURNED, sizeClass, damage == null ? TakenList.of(others, 0) : 0);
    if (damage != null) {
      throw damage;
    }
  }

  private StashLayout layout() {
    return stash.layout();
  }

  private SharedWords words() {
    return stash.words();
  }
}
