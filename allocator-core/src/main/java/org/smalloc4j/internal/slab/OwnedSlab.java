package org.smalloc4j.internal.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A slab that threads own, one after the other: its owner's id, where its stash is at, and the fast
 * paths of malloc and free. Wait-free; used by the owner alone, but for {@link #ownerId}.
 */
final class OwnedSlab {
  /*
   * The words are on the Java heap, because an access to an array is some twenty nodes to C2 and one
   * to off-heap memory several hundred, and C2 stops inlining at 18,000: malloc and free would be
   * cut in pieces in any method that calls both (ADR 7).
   *
   * 128 bytes for each class. Two owners never write the same cache line, nor the same pair of them:
   * the words of classes 0, 1 and from 20 on are not written.
   */

  /** Id of no thread. */
  static final long NOBODY = Long.MIN_VALUE;

  /** Stands for the slab of a thread that has none: nothing is in it, and nothing goes in. */
  static final OwnedSlab NONE = none();

  /** Address of the magazine's last entry in use; the entry below its first is 0. */
  static final int TOP = 0;

  /** The top of a full magazine. */
  static final int LIMIT = 1;

  /** The next slot of the run; all slots below it were handed out. */
  static final int RUN = 2;

  /** The first slot behind the run. */
  static final int RUN_END = 3;

  /** Address of the free word on top of the stack; the word that no slot has if there is none. */
  static final int STACK = 4;

  /** Bits that a free word has when it joins the stack. */
  static final int THRESHOLD = 5;

  /** The returned list, a {@link TakenList}, and the frontier that bounds its links. */
  static final int RETURNED = 6;

  static final int RETURNED_FRONTIER = 7;

  /**
   * All slots below this address were handed out before a trim lowered the frontier; it only rises.
   */
  static final int RUN_BEFORE_TRIM = 8;

  /** Address of the magazine's last entry that may have a slot of another slab. */
  static final int BORROWED = 9;

  /** The slab where a round of looks at the others goes on: see {@link Reuse}. */
  static final int LENDER = 10;

  /** The slabs whose lists, and whose stashes, are still to be looked at; bit s for slab s. */
  static final int LISTS_LEFT = 11;

  static final int HOLDERS_LEFT = 12;

  private static final int CLASS_SHIFT = 4; // 16 words

  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  final int slab;

  /**
   * Racy: a thread may read an id here that is out of date, but its own only while it owns the
   * slab, since it alone writes that, no other thread is ever given it, and who takes the slab away
   * while it lives makes a handshake with it. An aligned long is not torn on a 64-bit JVM.
   */
  long ownerId = NOBODY;

  /** The owner's: the last time that it was asked to give, as {@link Reclaim} counts them. */
  int asked;

  /** The owner's: the classes of which it may have to give something yet, bit c for class c. */
  int owed;

  private final long start;
  private final int areaBits;
  private final long[] words;

  private OwnedSlab(int slab, long start, int areaBits, long[] words) {
    this.slab = slab;
    this.start = start;
    this.areaBits = areaBits;
    this.words = words;
  }

  private static OwnedSlab none() {
    OwnedSlab none = new OwnedSlab(-1, 0, 0, new long[SizeClass.COUNT << CLASS_SHIFT]);
    for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
      none.set(TOP, sizeClass, RawMemory.zeroWord());
      none.set(LIMIT, sizeClass, RawMemory.zeroWord());
    }
    return none;
  }

  /** Creates a slab that nobody owns yet. */
  static OwnedSlab of(int slab, StashLayout layout) {
    long[] words = new long[SizeClass.COUNT << CLASS_SHIFT];
    OwnedSlab created =
        new OwnedSlab(slab, layout.region().area(slab, 0), layout.areaBits(), words);
    for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
      boolean isOwned = layout.isOwned(sizeClass);
      long start = layout.region().area(slab, sizeClass);
      long bottom = layout.magazine(slab, isOwned ? sizeClass : 0);
      int slots = isOwned ? layout.magazineSlots(sizeClass) : 0;
      created.set(TOP, sizeClass, bottom);
      created.set(LIMIT, sizeClass, bottom + (long) slots * Long.BYTES);
      created.set(BORROWED, sizeClass, bottom);
      created.set(RUN, sizeClass, start);
      created.set(RUN_END, sizeClass, start);
      created.set(STACK, sizeClass, layout.noFreeWord(slab));
      created.set(THRESHOLD, sizeClass, StashLayout.wordThreshold(sizeClass));
    }
    return created;
  }

  /**
   * Returns another slab of the same layout, as {@link #of} makes it, without its arithmetic: that
   * of all slabs takes some milliseconds before it is compiled. All its addresses are as far from
   * this one's, which must not have been used, as the slab is.
   */
  OwnedSlab alike(int other, StashLayout layout) {
    long otherStart = layout.region().area(other, 0);
    long distance = otherStart - start;
    long[] moved = words.clone();
    for (int first = 0; first < moved.length; first += 1 << CLASS_SHIFT) {
      for (int word = TOP; word <= STACK; word++) {
        moved[first + word] += distance;
      }
      moved[first + BORROWED] += distance;
    }
    return new OwnedSlab(other, otherStart, areaBits, moved);
  }

  /** Makes the owner, which lives, not find itself here any more, if it looks. */
  void revoke() {
    ownerId = NOBODY;
    // Full: pairs with the handshake that follows. If weaker, the store could come after it, and
    // the owner, asked and found idle, could still find itself here.
    VarHandle.fullFence();
  }

  /**
   * Returns a number that is another one, most likely, when the owner has taken or put back slots;
   * not if it has undone what it did. For any thread: what it reads by a race decides nothing.
   */
  int digest() {
    return Arrays.hashCode(words);
  }

  /** Returns one of the words of a class. */
  long get(int word, int sizeClass) {
    return words[(sizeClass << CLASS_SHIFT) + word];
  }

  /** Sets one of the words of a class. */
  void set(int word, int sizeClass, long value) {
    words[(sizeClass << CLASS_SHIFT) + word] = value;
  }

  /** Makes some slots, claimed by the owner, the run. The one before is used up. */
  void setRun(int sizeClass, long first, long end) {
    long before = get(RUN, sizeClass);
    if (first < before) {
      set(RUN_BEFORE_TRIM, sizeClass, Math.max(before, get(RUN_BEFORE_TRIM, sizeClass)));
    }
    // Release, twice: pairs with isInRun. Whoever sees a RUN that fell, after a trim lowered the
    // frontier, sees RUN_BEFORE_TRIM beyond the end of the run before; whoever sees this RUN_END
    // sees a RUN that begins no earlier. If weaker, a live slot between two runs could pass for one
    // that was never handed out.
    WORDS.setRelease(words, (sizeClass << CLASS_SHIFT) + RUN, first);
    WORDS.setRelease(words, (sizeClass << CLASS_SHIFT) + RUN_END, end);
  }

  /**
   * Tells, to any thread, whether an address of this slab is that of a slot which the owner has
   * claimed and not handed out yet, and which nobody had before. Exact for a live block, and for a
   * slot that was never handed out whose claim happens-before the call.
   */
  boolean isInRun(long address, int sizeClass) {
    if (slab < 0) {
      return false;
    }
    // Acquire, twice: as in setRun. RUN grows from one handing out to the next, so every value that
    // the holder of a block of the run can see is beyond that block.
    long end = (long) WORDS.getAcquire(words, (sizeClass << CLASS_SHIFT) + RUN_END);
    if (address >= end) {
      return false;
    }
    long run = (long) WORDS.getAcquire(words, (sizeClass << CLASS_SHIFT) + RUN);
    return address >= run && address >= get(RUN_BEFORE_TRIM, sizeClass);
  }

  /** Returns the run's first slot if a slot is below it, else 1; for any thread: see isInRun. */
  long boundAbove(long address, int sizeClass) {
    long run = get(RUN, sizeClass);
    return address < run ? run : 1;
  }

  // The next one and tryPutInMagazine do without get and set: fewer methods before C2 compiles
  // them.

  /** Takes the slot that was freed last; returns its address, or {@link SharedWords#NONE}. */
  long takeFromMagazine(int sizeClass) {
    int word = (sizeClass << CLASS_SHIFT) + TOP;
    long top = words[word];
    long address = RawMemory.loadPlain(RawMemory.address(top));
    if (address != SharedWords.NONE) {
      words[word] = top - Long.BYTES;
    }
    return address;
  }

  /**
   * Takes the slot that was freed last, its first {@code byteSize} bytes cleared while it is still
   * free: what fails then has changed nothing. In a slot of 8 bytes or more whole words are.
   */
  long takeZeroedFromMagazine(int sizeClass, long byteSize) {
    long top = get(TOP, sizeClass);
    long address = RawMemory.loadPlain(RawMemory.address(top));
    if (address != SharedWords.NONE) {
      int beyond = (sizeClass == SizeClass.SMALLEST ? Integer.BYTES : Long.BYTES) - 1;
      RawMemory.zero(address, (byteSize + beyond) & ~beyond);
      set(TOP, sizeClass, top - Long.BYTES);
    }
    return address;
  }

  /**
   * Moves a short block of this slab to the slot of a larger class that was freed last, if there is
   * one, and if there is room for its own.
   *
   * @return that slot, or {@link SharedWords#NONE} with nothing done
   * @throws IllegalStateException if it is the slot that was put back last
   */
  long tryMove(long address, int heldClass, int largerClass) {
    long top = get(TOP, largerClass);
    long target = RawMemory.loadPlain(RawMemory.address(top));
    long heldTop = get(TOP, heldClass);
    long last = RawMemory.address(heldTop);
    if (RawMemory.loadPlain(last) == address) {
      throw SharedWords.doubleFree(address);
    }
    if (target == SharedWords.NONE || heldTop == get(LIMIT, heldClass)) {
      return SharedWords.NONE;
    }
    RawMemory.copyWords(address, target, SizeClass.slotBytes(heldClass));
    RawMemory.storePlain(last + Long.BYTES, address);
    // Without a call, which could end between the two for want of stack.
    words[(largerClass << CLASS_SHIFT) + TOP] = top - Long.BYTES;
    words[(heldClass << CLASS_SHIFT) + TOP] = heldTop + Long.BYTES;
    return target;
  }

  /** Tells whether nothing is in the magazines of some classes, bit c for class c. */
  boolean hasEmptyMagazines(long classes) {
    for (long left = classes; left != 0; left &= left - 1) {
      if (!hasEmptyMagazine(Long.numberOfTrailingZeros(left))) {
        return false;
      }
    }
    return true;
  }

  boolean hasEmptyMagazine(int sizeClass) {
    return RawMemory.loadPlain(RawMemory.address(get(TOP, sizeClass))) == SharedWords.NONE;
  }

  /** Returns how many slots on top of the magazine are of this slab for sure. */
  int ownOnTop(int sizeClass) {
    return (int) Math.max(0, get(TOP, sizeClass) - get(BORROWED, sizeClass)) / Long.BYTES;
  }

  /** Puts a slot of another slab on those of others that are in the magazine, which has room. */
  void putBorrowed(long address, int sizeClass) {
    long entry = get(TOP, sizeClass) + Long.BYTES;
    RawMemory.storePlain(entry, address);
    set(BORROWED, sizeClass, entry);
    set(TOP, sizeClass, entry);
  }

  /** Returns how many slots still go into the magazine. */
  int room(int sizeClass) {
    return (int) (get(LIMIT, sizeClass) - get(TOP, sizeClass)) / Long.BYTES;
  }

  /** Returns the class that an address has if it is in the region, and some class if it is not. */
  int classOf(long address) {
    return (int) (address >>> areaBits) & (SizeClass.COUNT - 1);
  }

  /** Tells whether an address of that class is the start of a slot of this slab below the run. */
  boolean isBelowRun(long address, int sizeClass) {
    return address >= start
        && address < get(RUN, sizeClass)
        && Long.numberOfTrailingZeros(address) >= sizeClass;
  }

  /**
   * Puts a slot of this slab back, if there is room in the magazine.
   *
   * @return false, with nothing done, if there is not, or if it is no slot of this slab that was
   *     handed out
   * @throws IllegalStateException if it is the slot that was put back last
   */
  boolean tryPutBack(long address) {
    int sizeClass = classOf(address);
    return isBelowRun(address, sizeClass) && tryPutInMagazine(address, sizeClass);
  }

  /**
   * Puts a slot in the magazine, if there is room.
   *
   * @throws IllegalStateException if it is the slot that was put back last
   */
  boolean tryPutInMagazine(long address, int sizeClass) {
    int word = sizeClass << CLASS_SHIFT;
    long top = words[word + TOP];
    long last = RawMemory.address(top);
    if (RawMemory.loadPlain(last) == address) {
      throw SharedWords.doubleFree(address);
    }
    if (top == words[word + LIMIT]) {
      return false;
    }
    RawMemory.storePlain(last + Long.BYTES, address);
    words[word + TOP] = top + Long.BYTES;
    return true;
  }
}
