package org.smalloc4j.internal.slab;

import java.lang.invoke.VarHandle;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The shared words of a region: for each slab and size class a freed list and a frontier.
 *
 * <p>All operations are lock-free; those named {@code try} make one attempt, the others repeat
 * until they succeed, and a repetition means that another thread succeeded.
 *
 * @param layout where the words and slots are
 * @param limit what the frontiers may take together
 */
record SharedWords(RegionLayout layout, MemoryLimit limit) {
  /*
   * Idea: a Treiber stack whose nodes are the free slots themselves.
   *
   *   head word   [pushes:32 | top:32]   CAS only; see HeadWord for why the counter defeats ABA
   *   link        first 4 bytes of a free slot: the code of the next one, 0 at the end
   *   frontier    number of slots ever handed out; slots at or beyond it have never been written
   *
   * pop:   read head and the top's link; CAS head to the link. Between the two reads another thread
   *        may pop the top and write user data over its link. The CAS then fails: head changed.
   * push:  write the old top into the slot, which is the caller's; CAS head to the slot.
   * claim: CAS frontier to frontier + 1.
   *
   * Invariants, outside of a running operation: every code on the list is in 1 … frontier; no code is
   * there twice; frontier <= slots(class).
   *
   * Sources: R. K. Treiber, "Systems programming: coping with parallelism", IBM RJ 5118 (1986), for
   * the stack and the counter; smalloc, for slots that are addressed arithmetically.
   */

  /** Answer of a pop from an empty list or a claim beyond the last slot. */
  static final long NONE = 0;

  /** Answer of a try that lost a race. */
  static final long LOST = -1;

  /**
   * Added to the address of a slot that was never handed out before, and is therefore zero. The bit
   * is free: slots are aligned to 4 bytes at least.
   */
  static final long FRESH = 1;

  /**
   * Pops the first freed slot.
   *
   * @return its address, {@link #NONE} if there is none, {@link #LOST} if another thread was faster
   * @throws IllegalStateException if the slot's link was overwritten after its free
   */
  long tryPop(int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    // Acquire: pairs with the CAS of the push that wrote this head.
    //   acquire half: the top's link, read next, is at least as new as this head; if weaker, an
    //   older link could pass the CAS and put a live slot on top.
    long head = RawMemory.loadAcquire(headWord);
    int top = HeadWord.top(head);
    if (top == 0) {
      return NONE;
    }
    long address = layout.address(slab, sizeClass, top);
    // Plain and racy: garbage if the slot was popped since; then the head has changed and the CAS
    // fails. A slot of the region is always mapped, so the load itself is harmless.
    int link = RawMemory.loadLinkPlain(address);
    if (Integer.toUnsignedLong(link) > frontier(slab, sizeClass)) {
      return lostOrCorrupt(headWord, head, address, link);
    }
    // Volatile CAS: pairs with the head's other CASes.
    //   acquire half: the previous life of the slot happens-before its new owner's writes.
    //   release half: keeps the link load above before the CAS; if weaker, the link could be read
    //   after another thread popped the slot and wrote over it.
    boolean won = RawMemory.casVolatile(headWord, head, HeadWord.popped(head, link));
    return won ? address : LOST;
  }

  /**
   * Pushes a slot that the caller owns.
   *
   * @throws IllegalStateException if it is the first slot of the list already
   */
  void push(long address, int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    int code = layout.codeOf(address, sizeClass);
    while (true) {
      // Acquire: as in tryPop; here only the value is used, a stale one makes the CAS fail.
      long head = RawMemory.loadAcquire(headWord);
      int top = HeadWord.top(head);
      if (top == code) {
        throw doubleFree(address);
      }
      RawMemory.storeLinkPlain(address, top);
      // Volatile CAS: pairs with loadAcquire and CAS of pops.
      //   release half: the link and the freeing thread's last writes happen-before the next
      //   owner's; if weaker, a popper could install a stale link, and late writes could hit a
      //   live block.
      //   acquire half: none needed; x86 and LSE atomics give it for nothing.
      if (RawMemory.casVolatile(headWord, head, HeadWord.pushed(head, code))) {
        return;
      }
    }
  }

  /**
   * Pushes a chain of slots that the caller owns, linked from the slot with code {@code first} to
   * the one at {@code last}, with a single CAS.
   */
  void pushChain(int first, long last, int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    while (true) {
      // Acquire and volatile CAS: as in push, for every link of the chain.
      long head = RawMemory.loadAcquire(headWord);
      RawMemory.storeLinkPlain(last, HeadWord.top(head));
      if (RawMemory.casVolatile(headWord, head, HeadWord.pushed(head, first))) {
        return;
      }
    }
  }

  /** Takes the whole freed list; returns the code of its first slot, 0 if it was empty. */
  int takeAll(int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    while (true) {
      // Acquire and volatile CAS: as in tryPop. The CAS's acquire half covers every link of the
      // list: each CAS on the word since that link's push was an acquire and a release.
      long head = RawMemory.loadAcquire(headWord);
      int top = HeadWord.top(head);
      if (top == 0 || RawMemory.casVolatile(headWord, head, HeadWord.popped(head, 0))) {
        return top;
      }
    }
  }

  /**
   * Claims the next slot that was never handed out.
   *
   * @return its address plus {@link #FRESH}, or {@link #NONE} if the area or the limit is used up
   */
  long claim(int slab, int sizeClass) {
    return claim(slab, sizeClass, 1);
  }

  /**
   * Claims the next slots that were never handed out: {@code wanted} of them, or what is left of
   * the area.
   *
   * @return the address of the first plus {@link #FRESH}, or {@link #NONE} if the area is used up
   *     or the limit refuses {@code wanted} slots
   */
  long claim(int slab, int sizeClass, int wanted) {
    long slots = layout.slots(sizeClass);
    long wantedBytes = (long) wanted << sizeClass;
    if (frontier(slab, sizeClass) >= slots || !limit.tryTake(wantedBytes)) {
      return NONE;
    }
    while (true) {
      long slot = frontier(slab, sizeClass);
      long claimed = Math.min(wanted, slots - slot);
      if (claimed <= 0) {
        limit.giveBack(wantedBytes);
        return NONE;
      }
      if (casFrontier(slab, sizeClass, slot, slot + claimed)) {
        limit.giveBack(wantedBytes - (claimed << sizeClass));
        return layout.area(slab, sizeClass) + (slot << sizeClass) + FRESH;
      }
    }
  }

  /** Returns the number of slots ever handed out, unless a trim lowered it. */
  long frontier(int slab, int sizeClass) {
    // Acquire: pairs with casFrontier. Whoever holds an address or a link got it through an edge
    // from the claim, so coherence alone shows a frontier beyond it. The acquire half orders a
    // claimer's zero knowledge after the discard of the trim that lowered the frontier.
    return RawMemory.loadAcquire(layout.frontierWord(slab, sizeClass));
  }

  /** Moves the frontier, if it is where it is expected. */
  boolean casFrontier(int slab, int sizeClass, long expected, long replacement) {
    // Volatile CAS: pairs with itself and frontier().
    //   release half: a trim's zeroing happens-before any claim of the zeroed slots.
    //   acquire half: the claimer of such a slot sees the zeros.
    return RawMemory.casVolatile(layout.frontierWord(slab, sizeClass), expected, replacement);
  }

  /** Returns the head word, for censuses: acquire, so that links read next are as new. */
  long head(int slab, int sizeClass) {
    return RawMemory.loadAcquire(layout.headWord(slab, sizeClass));
  }

  /**
   * Counts the slots of a list, from the one with code {@code first}. If the list changes meanwhile
   * the count is wrong, but bounded by the frontier: a link that leads beyond it ends the walk.
   */
  long count(int slab, int sizeClass, int first) {
    long frontier = frontier(slab, sizeClass);
    long count = 0;
    int code = first;
    while (code != 0 && count < frontier && Integer.toUnsignedLong(code) <= frontier) {
      count++;
      code = RawMemory.loadLinkPlain(layout.address(slab, sizeClass, code));
    }
    return count;
  }

  /** Tells a lost race, in which any link is to be expected, from a link that was overwritten. */
  private long lostOrCorrupt(long headWord, long head, long address, int link) {
    // Acquire, after a fence that keeps the load of the link before this one of the head; if
    // weaker, a link read after a pop could meet a head read before it and pass for corrupt. An
    // unchanged head then means that the slot has been free all along.
    VarHandle.acquireFence();
    if (RawMemory.loadAcquire(headWord) != head) {
      return LOST;
    }
    throw corrupt(address, link);
  }

  /** Returns the error for a free of a slot that is free. */
  static IllegalStateException doubleFree(long address) {
    return new IllegalStateException(
        "double free of 0x" + Long.toHexString(address) + ": it is free already");
  }

  /** Returns the error for a freed slot whose link leads nowhere. */
  static IllegalStateException corrupt(long address, int link) {
    return new IllegalStateException(
        "the free slot at 0x"
            + Long.toHexString(address)
            + " was written after its free: its link is 0x"
            + Integer.toHexString(link));
  }
}
