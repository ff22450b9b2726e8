package org.smalloc4j.internal.slab;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
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
 * @param counts how long the lists are
 * @param sorted the free slots that are on no list
 * @param inUse which slabs have slots that were handed out
 * @param ahead what is told before a frontier moves; null if nothing is
 */
record SharedWords(
    RegionLayout layout,
    MemoryLimit limit,
    ListLengths counts,
    SortedSlots sorted,
    SlabsInUse inUse,
    @Nullable Ahead ahead) {
  /*
   * Idea: a Treiber stack whose nodes are the free slots themselves.
   *
   *   head word   [slots pushed:32 | top:32]   CAS only; see HeadWord for why this defeats ABA
   *   link        first 4 bytes of a free slot: the code of the next one, 0 at the end
   *   frontier    number of slots ever handed out; slots at or beyond it have never been written
   *
   * pop:   read head and the top's link; CAS head to the link. Between the two reads another thread
   *        may pop the top and write user data over its link. The CAS then fails: head changed.
   * push:  write the old top into the slot, which is the caller's; CAS head to the slot.
   * claim: CAS frontier to frontier + 1.
   *
   * A link that leads nowhere, or to its own slot, on a slot that has been free all along, was
   * written after the free. The list is dropped then, with one CAS, counted as lost, and the call
   * that met it throws; the next one finds an empty list and goes on.
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

  @SuppressWarnings("StaticAssignmentOfThrowable") // for when there is no room to make one
  private static final IllegalStateException DAMAGED =
      new IllegalStateException(
          "a free slot was written after its free, or freed twice; no Java heap or stack to say"
              + " which");

  /** Looks at the length of a list that keeps changing before the last one is taken as it is. */
  private static final int MOST_LOOKS = 3;

  /**
   * Added to the address of a slot that is zero, since it was purged or never handed out. The bit
   * is free: slots are aligned to 4 bytes at least.
   */
  static final long FRESH = 1;

  /** Creates the words of a region whose frontiers just move. */
  SharedWords(RegionLayout layout, MemoryLimit limit, ListLengths counts) {
    this(layout, limit, counts, null);
  }

  /** Creates the words of a region in which no slab is owned, and whose frontiers just move. */
  SharedWords(RegionLayout layout, MemoryLimit limit) {
    this(layout, limit, new ListLengths(layout, RegionLayout.SLABS, 0));
  }

  /** Creates the words of a region; slots are sorted where all of it is accessible. */
  SharedWords(RegionLayout layout, MemoryLimit limit, ListLengths counts, @Nullable Ahead ahead) {
    this(
        layout,
        limit,
        counts,
        SortedSlots.of(layout, limit, !(ahead instanceof Commitment)),
        new SlabsInUse(),
        ahead);
  }

  /**
   * Pops the first freed slot.
   *
   * @return its address, {@link #NONE} if there is none, {@link #LOST} if another thread was faster
   * @throws IllegalStateException if the slot's link was overwritten after its free; the list has
   *     been dropped
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
    if (isDamaged(link, top, frontier(slab, sizeClass))) {
      return lostOrDamaged(slab, sizeClass, head, link);
    }
    // Volatile CAS: pairs with the head's other CASes.
    //   acquire half: the previous life of the slot happens-before its new owner's writes.
    //   release half: keeps the link load above before the CAS; if weaker, the link could be read
    //   after another thread popped the slot and wrote over it.
    boolean won = RawMemory.casVolatile(headWord, head, HeadWord.popped(head, link));
    if (!won) {
      return LOST;
    }
    counts.removed(slab, sizeClass, 1);
    return address;
  }

  /** Tells whether the link of a free slot leads where no slot can be, or to the slot itself. */
  static boolean isDamaged(int link, int code, long frontier) {
    return Integer.toUnsignedLong(link) > frontier || link == code;
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
      counts.link(address, top, slab, sizeClass);
      // Volatile CAS: pairs with loadAcquire and CAS of pops.
      //   release half: the link and the freeing thread's last writes happen-before the next
      //   owner's; if weaker, a popper could install a stale link, and late writes could hit a
      //   live block.
      //   acquire half: none needed; x86 and LSE atomics give it for nothing.
      if (RawMemory.casVolatile(headWord, head, HeadWord.pushed(head, code))) {
        limit.noteChange();
        return;
      }
    }
  }

  /**
   * Pushes a chain of slots that the caller owns, linked from the slot with code {@code first} to
   * the one at {@code last}, with a single CAS.
   *
   * @param slots how many they are
   */
  void pushChain(int first, long last, int slots, int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    while (true) {
      // Acquire and volatile CAS: as in push, for every link of the chain.
      long head = RawMemory.loadAcquire(headWord);
      counts.linkChain(first, last, slots, HeadWord.top(head), slab, sizeClass);
      if (RawMemory.casVolatile(headWord, head, HeadWord.pushed(head, first, slots))) {
        limit.noteChange();
        return;
      }
    }
  }

  /** Tells whether a slot is the first of its list: then it is free. */
  boolean isFirst(int code, int slab, int sizeClass) {
    // Acquire: as head(). A thread that holds the slot has an edge from the take that ended the
    // slot's last time on the list, so coherence alone shows a head as new as that.
    return HeadWord.top(head(slab, sizeClass)) == code;
  }

  /**
   * Takes the whole freed list. The caller counts the slots as removed when it knows how many they
   * are ({@link ListLengths#removed}).
   *
   * @return how many slots it has, by {@link ListLengths}, and the code of the first: see {@link
   *     TakenList}; 0 if it was empty
   */
  long takeAll(int slab, int sizeClass) {
    long headWord = layout.headWord(slab, sizeClass);
    while (true) {
      long removals = counts.removals(slab, sizeClass);
      // Acquire and volatile CAS: as in tryPop. The CAS's acquire half covers every link of the
      // list: each CAS on the word since that link's push was an acquire and a release.
      long head = RawMemory.loadAcquire(headWord);
      int top = HeadWord.top(head);
      if (top == 0) {
        return 0;
      }
      int slots = counts.length(head, removals, slab, sizeClass);
      if (RawMemory.casVolatile(headWord, head, HeadWord.popped(head, 0))) {
        return TakenList.of(slots, top);
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
   * @return the address of the first plus {@link #FRESH}, or {@link #NONE} if the area is used up,
   *     or the limit or the system refuses {@code wanted} slots
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
      if (claimed <= 0 || !isReady(slab, sizeClass, slot + claimed)) {
        limit.giveBack(wantedBytes);
        return NONE;
      }
      if (slot == 0) {
        inUse.add(slab, sizeClass);
      }
      if (casFrontier(slab, sizeClass, slot, slot + claimed)) {
        limit.giveBack(wantedBytes - (claimed << sizeClass));
        return layout.area(slab, sizeClass) + (slot << sizeClass) + FRESH;
      }
    }
  }

  /** Tells whether the first slots of an area can be handed out, after having seen to it. */
  boolean isReady(int slab, int sizeClass, long slots) {
    return ahead == null
        || ahead.reach(layout, slab, sizeClass, slots, counts.isOwned(slab, sizeClass));
  }

  /**
   * Takes a slot: a freed one or, if there is none, one that was never handed out.
   *
   * @return its address, plus {@link #FRESH} if it is known to be zero; {@link #NONE} if there is
   *     none, or the limit refuses it
   * @throws IllegalStateException as {@link #tryPop}
   */
  long take(int slab, int sizeClass) {
    long freed = takeFreed(slab, sizeClass);
    return freed != NONE ? freed : claim(slab, sizeClass);
  }

  /**
   * Takes a freed slot: pops one or, if there is none, takes one of those that were sorted.
   *
   * @return as {@link #take}
   * @throws IllegalStateException as {@link #tryPop}
   */
  long takeFreed(int slab, int sizeClass) {
    long popped = tryPop(slab, sizeClass);
    while (popped == LOST) {
      popped = tryPop(slab, sizeClass);
    }
    return popped != NONE ? popped : sorted.take(slab, sizeClass);
  }

  /**
   * Takes a freed slot that has memory: pops one or, if there is none, takes one that was kept.
   *
   * @return its address; {@link #NONE} if there is none, or other threads were faster
   * @throws IllegalStateException as {@link #tryPop}
   */
  long takeKept(int slab, int sizeClass) {
    long popped = tryPop(slab, sizeClass);
    if (popped == NONE) {
      return sorted.takeKept(slab, sizeClass);
    }
    return popped == LOST ? NONE : popped;
  }

  /**
   * Takes a slot that is on no list: one of those that were sorted, or one that was never handed
   * out.
   *
   * @return as {@link #take}
   */
  long takeUnlisted(int slab, int sizeClass) {
    long free = sorted.take(slab, sizeClass);
    return free != NONE ? free : claim(slab, sizeClass);
  }

  /** Tells whether no slot is on the freed list. */
  boolean isEmpty(int slab, int sizeClass) {
    return HeadWord.top(head(slab, sizeClass)) == 0;
  }

  /** Returns the counter of a head word, which every push changes, and nothing else does. */
  int pushes(int slab, int sizeClass) {
    return HeadWord.pushes(head(slab, sizeClass));
  }

  /** Returns the number of slots ever handed out, unless a trim lowered it. */
  long frontier(int slab, int sizeClass) {
    // Acquire: pairs with casFrontier. Whoever holds an address or a link got it through an edge
    // from the claim, so coherence alone shows a frontier beyond it. The acquire half orders a
    // claimer's zero knowledge after the discard of the trim that lowered the frontier.
    return RawMemory.loadAcquire(layout.frontierWord(slab, sizeClass));
  }

  /** Tells whether an address of (slab, class) is the start of a slot below the frontier. */
  boolean isBelowFrontier(long address, int slab, int sizeClass) {
    // Beyond the frontier is also what has no slots at all: the shared words, classes too large.
    return layout.offsetInSlot(address, sizeClass) == 0
        && layout.slotOf(address, sizeClass) < frontier(slab, sizeClass);
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
   * Counts the freed slots of a list. If slots are pushed and popped meanwhile the number may be
   * off, even below 0, by those; with what an owner has taken it is exact at rest.
   */
  long length(int slab, int sizeClass) {
    int length = 0;
    for (int i = 0; i < MOST_LOOKS; i++) {
      long removals = counts.removals(slab, sizeClass);
      long head = head(slab, sizeClass);
      length = counts.length(head, removals, slab, sizeClass);
      if (head(slab, sizeClass) == head) {
        break;
      }
    }
    return length;
  }

  /** Tells a lost race, in which any link is to be expected, from a link that was overwritten. */
  private long lostOrDamaged(int slab, int sizeClass, long head, int link) {
    // Acquire, after a fence that keeps the load of the link before this one of the head; if
    // weaker, a link read after a pop could meet a head read before it and pass for damaged. An
    // unchanged head then means that the slot has been free all along.
    VarHandle.acquireFence();
    if (head(slab, sizeClass) != head) {
      return LOST;
    }
    IllegalStateException damage =
        damaged(layout.address(slab, sizeClass, HeadWord.top(head)), link);
    long removals = counts.removals(slab, sizeClass);
    int slots = Math.max(1, counts.length(head, removals, slab, sizeClass));
    // Volatile CAS: as in takeAll.
    long headWord = layout.headWord(slab, sizeClass);
    if (!RawMemory.casVolatile(headWord, head, HeadWord.popped(head, 0))) {
      return LOST;
    }
    counts.removed(slab, sizeClass, slots);
    counts.lost(sizeClass, slots);
    throw damage;
  }

  /** Returns the error for a free of a slot that is free; as {@link #damaged}. */
  static IllegalStateException doubleFree(long address) {
    try {
      return new IllegalStateException(
          "double free of 0x" + Long.toHexString(address) + ": it is free already");
    } catch (OutOfMemoryError | StackOverflowError noRoom) {
      return DAMAGED;
    }
  }

  /**
   * Walks through a list that was taken, up to its end or to a link that is damaged.
   *
   * @return how many slots that are, and the code of the last of them, as in a {@link TakenList}; 0
   *     if the list is a cycle
   */
  long soundPart(long list, int slab, int sizeClass) {
    long frontier = frontier(slab, sizeClass);
    int code = TakenList.first(list);
    int slots = 1;
    int link = linkOf(code, slab, sizeClass);
    while (link != 0 && !isDamaged(link, code, frontier)) {
      if (Integer.toUnsignedLong(slots) == frontier) {
        return 0;
      }
      code = link;
      slots++;
      link = linkOf(code, slab, sizeClass);
    }
    return TakenList.of(slots, code);
  }

  /** Tells whether the sound part of a list is all of it. */
  boolean isWhole(long sound, int slab, int sizeClass) {
    return linkOf(TakenList.first(sound), slab, sizeClass) == 0;
  }

  /**
   * Pushes the sound part of a list that was taken. The slots behind a damaged link are dropped and
   * counted as lost; all are, if the list is a cycle.
   *
   * @return the damage, null if there is none
   */
  @Nullable IllegalStateException giveBack(long list, long sound, int slab, int sizeClass) {
    int slots = TakenList.slots(sound);
    int first = TakenList.first(list);
    int code = slots == 0 ? first : TakenList.first(sound);
    long last = layout.address(slab, sizeClass, code);
    int link = RawMemory.loadLinkPlain(last);
    IllegalStateException damage = link == 0 ? null : damaged(last, link);
    if (damage != null) {
      counts.lost(sizeClass, Math.max(0, TakenList.slots(list) - slots));
    }
    if (slots != 0) {
      pushChain(first, last, slots, slab, sizeClass);
    }
    return damage;
  }

  private int linkOf(int code, int slab, int sizeClass) {
    // Plain: the slot is the caller's.
    return RawMemory.loadLinkPlain(layout.address(slab, sizeClass, code));
  }

  /**
   * Returns the error for a freed slot whose link leads nowhere. Where there is no Java heap or
   * stack for one, one that was made beforehand: it must not get lost with the list.
   */
  static IllegalStateException damaged(long address, int link) {
    try {
      return new IllegalStateException(
          "the free slot at 0x"
              + Long.toHexString(address)
              + " was written after its free, or freed twice: its link is 0x"
              + Integer.toHexString(link));
    } catch (OutOfMemoryError | StackOverflowError noRoom) {
      return DAMAGED;
    }
  }
}
