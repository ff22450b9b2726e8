package org.smalloc4j.internal.slab;

import java.util.List;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A heap in a smallest region that a single state has to itself; slab 0 is the home of every
 * thread.
 */
final class StressHeap {
  /** The largest class of a smallest region, 32 KiB: nothing larger to go to when it is full. */
  static final int LARGEST_CLASS = 15;

  /** The slab that is tried first after the home is full. */
  static final int SECOND_SLAB = 21;

  /** The slab that is tried after that. */
  static final int THIRD_SLAB = 42;

  private static final StatePool<StressHeap> EMPTY = new StatePool<>(StressHeap::emptyIn);
  private static final StatePool<StressHeap> EXHAUSTED = new StatePool<>(StressHeap::exhaustedIn);

  private final OwnedHeap whole;
  private final Trim trim;
  private final StatePool<StressHeap> pool;

  private StressHeap(Region region, StatePool<StressHeap> pool) {
    whole =
        OwnedHeap.of(region, new MemoryLimit(MemoryLimit.UNLIMITED), 0, RegionLayout.SLABS, false);
    trim = new Trim(whole);
    this.pool = pool;
  }

  private static List<StressHeap> emptyIn(Region region) {
    return List.of(new StressHeap(region, EMPTY));
  }

  private static List<StressHeap> exhaustedIn(Region region) {
    StressHeap exhausted = new StressHeap(region, EXHAUSTED);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      exhausted.setFrontier(slab, LARGEST_CLASS, exhausted.slots());
    }
    return List.of(exhausted);
  }

  /** Takes a heap of which at most slab 0 was ever used. */
  static StressHeap empty() {
    return EMPTY.take();
  }

  /** Takes a heap without a free slot of {@link #LARGEST_CLASS}. */
  static StressHeap exhausted() {
    StressHeap exhausted = EXHAUSTED.take();
    for (int slab : List.of(SECOND_SLAB, THIRD_SLAB)) {
      exhausted.setFrontier(slab, LARGEST_CLASS, exhausted.slots());
      Words.set(exhausted.layout().headWord(slab, LARGEST_CLASS), 0);
    }
    return exhausted;
  }

  /** Ends the state's use of this heap. */
  void giveBack() {
    pool.giveBack(this);
  }

  OwnedHeap whole() {
    return whole;
  }

  /** Trims as by the clock; the state before may have ended with a tick, too. */
  void tick() {
    trim.tick();
  }

  SlabHeap heap() {
    return whole.shared();
  }

  RegionLayout layout() {
    return heap().region().layout();
  }

  /** Returns the address of a slot, counted from 0. */
  long slot(int slab, int sizeClass, int number) {
    return layout().address(slab, sizeClass, number + 1);
  }

  /** Sets the frontier of (slab, class) to {@code slots}, at most 64 of which were ever sorted. */
  void setFrontier(int slab, int sizeClass, long slots) {
    heap().words().inUse().add(slab, sizeClass);
    sorted().kept().takeWord(slab, sizeClass, 0);
    sorted().purged().takeWord(slab, sizeClass, 0);
    Words.set(layout().frontierWord(slab, sizeClass), slots);
  }

  /** Empties the freed list of (slab, class) and frees these slots, the last one of them first. */
  void setFreed(int slab, int sizeClass, int... numbers) {
    Words.set(layout().headWord(slab, sizeClass), 0);
    for (int i = numbers.length - 1; i >= 0; i--) {
      heap().words().push(slot(slab, sizeClass, numbers[i]), slab, sizeClass);
    }
  }

  private SortedSlots sorted() {
    return heap().words().sorted();
  }

  /** Loads the second 4 bytes of a slot. */
  int contents(long slot) {
    return RawMemory.loadLinkPlain(slot + Integer.BYTES);
  }

  /** Stores the first 8 bytes of a slot, the link bytes included. */
  void setContents(long slot, int contents) {
    RawMemory.storeLinkPlain(slot, contents);
    RawMemory.storeLinkPlain(slot + Integer.BYTES, contents);
  }

  /**
   * Tells the freed list, the slots that were sorted, and the frontier of (slab 0, class), a letter
   * per slot.
   */
  String tellHome(int sizeClass) {
    StringBuilder told = new StringBuilder();
    int code = HeadWord.top(heap().words().head(0, sizeClass));
    while (code > 0 && told.length() < 4) {
      told.append(letter(code - 1));
      code = RawMemory.loadLinkPlain(layout().address(0, sizeClass, code));
    }
    if (told.isEmpty()) {
      told.append('-');
    }
    append(told, " kept ", sorted().kept().bits(0, sizeClass, 0));
    append(told, " purged ", sorted().purged().bits(0, sizeClass, 0));
    return told + " of " + heap().words().frontier(0, sizeClass);
  }

  private static void append(StringBuilder told, String what, long slots) {
    told.append(slots == 0 ? "" : what);
    for (long left = slots; left != 0; left &= left - 1) {
      told.append(letter(Long.numberOfTrailingZeros(left)));
    }
  }

  /** Returns the letter of a slot of slab 0. */
  String letterOf(long address, int sizeClass) {
    return layout().slabOf(address) == 0
        ? letter(layout().codeOf(address, sizeClass) - 1)
        : "elsewhere";
  }

  private long slots() {
    return layout().slots(LARGEST_CLASS);
  }

  private static String letter(int number) {
    return number < 3 ? String.valueOf((char) ('A' + number)) : "?" + number;
  }
}
