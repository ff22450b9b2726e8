package org.smalloc4j.internal.slab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The words and slots of one (slab, size class) that a single state has to itself. Its first slots
 * are told by letters, in address order: A, B, C, D.
 */
public final class Area {
  /** Class of all areas, 64 bytes: a cache line per slot; 2,048 slots in the smallest region. */
  public static final int SIZE_CLASS = 6;

  /** What an empty list is told as. */
  private static final String NO_SLOTS = "-";

  private static final String LETTERS = "ABCD";

  /** Pushes of a list before its state begins; more than none, so that a lost counter shows. */
  private static final long PUSHES_BEFORE = 7L << Integer.SIZE;

  private static final StatePool<Area> POOL = new StatePool<>(Area::areasOf);

  private final SharedWords words;
  private final SharedWords ownedWords;
  private final int slab;

  /** Number of slot A: another one in each slab, since equal ones would share a cache set. */
  private final int first;

  private Area(SharedWords words, int slab) {
    this.words = words;
    this.ownedWords =
        new SharedWords(
            words.layout(), words.limit(), new ListLengths(words.layout(), 0, SIZE_CLASS));
    this.slab = slab;
    this.first = slab * LETTERS.length();
  }

  private static Collection<Area> areasOf(Region region) {
    SharedWords words = new SharedWords(region.layout(), new MemoryLimit(MemoryLimit.UNLIMITED));
    List<Area> areas = new ArrayList<>();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      areas.add(new Area(words, slab));
    }
    return areas;
  }

  /** Takes an area whose slots A to D were handed out and whose freed list has {@code letters}. */
  public static Area withFreed(String letters) {
    Area area = POOL.take();
    area.clearSets();
    area.setFrontier(area.first + LETTERS.length());
    area.setHead(PUSHES_BEFORE | Integer.toUnsignedLong(area.link(letters)));
    int removals = HeadWord.pushes(PUSHES_BEFORE) - letters.length();
    Words.set(area.removalsWord(), removals);
    return area;
  }

  /**
   * Takes an area as {@link #withFreed}, whose slots have the length of the list behind the link.
   */
  public static Area withPushed(String letters) {
    Area area = withFreed("");
    for (int i = letters.length() - 1; i >= 0; i--) {
      area.words.push(area.slot(letters.charAt(i)), area.slab, SIZE_CLASS);
    }
    return area;
  }

  /** Takes an area whose slots A to D were handed out, and some of which were sorted, and kept. */
  public static Area withKept(String letters) {
    Area area = withFreed("");
    area.kept().put(area.slab, SIZE_CLASS, area.first, area.bits(letters));
    return area;
  }

  /** Takes an area of which nothing was handed out. */
  public static Area untouched() {
    Area area = withFreed("");
    area.setFrontier(0);
    return area;
  }

  /** Takes an area that has handed out all slots below A, or below its last one; none is free. */
  public static Area withFrontier(boolean atLastSlot) {
    Area area = POOL.take();
    area.setFrontier(atLastSlot ? area.layout().slots(SIZE_CLASS) - 1 : area.first);
    area.setHead(PUSHES_BEFORE);
    return area;
  }

  private void clearSets() {
    kept().takeWord(slab, SIZE_CLASS, first);
    words.sorted().purged().takeWord(slab, SIZE_CLASS, first);
  }

  /** Returns the sorted slots that keep their memory. */
  SlotSet kept() {
    return words.sorted().kept();
  }

  /** Returns the address of the word of the slots that were sorted. */
  public long keptWord() {
    return kept().layout().word(SlotSetLayout.KEPT, slab, SIZE_CLASS, first);
  }

  /** Puts slots into the sorted ones. */
  void putKept(String letters) {
    kept().put(slab, SIZE_CLASS, first, bits(letters));
  }

  /** Takes a sorted slot. */
  long takeSorted() {
    return words.sorted().take(slab, SIZE_CLASS);
  }

  /** Returns the bits of slots in the word that they share. */
  public long bits(String letters) {
    long bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits |= 1L << (code(letters.charAt(i)) - 1);
    }
    return bits;
  }

  /** Tells the slots of bits of that word. */
  public String tellBits(long bits) {
    String told = "";
    for (int i = 0; i < LETTERS.length(); i++) {
      String letter = LETTERS.substring(i, i + 1);
      told += (bits & bits(letter)) != 0 ? letter : "";
    }
    return told.isEmpty() ? NO_SLOTS : told;
  }

  /** Tells the sorted slots, and whether their count is right. */
  String tellKept() {
    long bits = kept().bits(slab, SIZE_CLASS, first);
    boolean isExact = kept().count(slab, SIZE_CLASS) == Long.bitCount(bits);
    return tellBits(bits) + (isExact ? "" : " of a wrong count");
  }

  /** Stores the first 8 bytes of a slot, the link bytes included. */
  public void setContents(char letter, int contents) {
    RawMemory.storeLinkPlain(slot(letter), contents);
    RawMemory.storeLinkPlain(slot(letter) + Integer.BYTES, contents);
  }

  /** Loads the second 4 bytes of a slot. */
  public int contents(char letter) {
    return RawMemory.loadLinkPlain(slot(letter) + Integer.BYTES);
  }

  /** Ends the state's use of this area. */
  public void giveBack() {
    POOL.giveBack(this);
  }

  SharedWords words() {
    return words;
  }

  /** Returns the same words as those of an owned slab, whose removals are counted. */
  SharedWords ownedWords() {
    return ownedWords;
  }

  /** Takes the whole list; returns the code of its first slot. */
  int takeAll() {
    return TakenList.first(words.takeAll(slab, SIZE_CLASS));
  }

  /** Takes the whole list of an owned slab, and counts nothing yet. */
  public long takeAllOwned() {
    return ownedWords.takeAll(slab, SIZE_CLASS);
  }

  /**
   * Gives such a list back; returns how many slots it has, which are not counted as removed yet.
   */
  public int giveBackOwned(long list) {
    if (list == 0) {
      return 0;
    }
    long sound = ownedWords.soundPart(list, slab, SIZE_CLASS);
    if (ownedWords.giveBack(list, sound, slab, SIZE_CLASS) != null) {
      throw new AssertionError("the list is damaged");
    }
    return TakenList.slots(sound);
  }

  /** Counts slots as removed from the list of an owned slab; returns how many. */
  public int countRemoved(int slots) {
    ownedWords.counts().removed(slab, SIZE_CLASS, slots);
    return slots;
  }

  /** Returns the number that a taken list has. */
  public static int number(long list) {
    return TakenList.slots(list);
  }

  /** Tells whether the number of a taken list is that of its slots or more. */
  public String tellNumber(long list) {
    return number(list) >= slots(TakenList.first(list)) ? "enough" : "too few";
  }

  /** Tells whether the number of a taken list and the length of the other are what both have. */
  public String tellSum(long list) {
    int slots =
        slots(TakenList.first(list)) + slots(HeadWord.top(RawMemory.loadAcquire(headWord())));
    return number(list) + ownedWords.length(slab, SIZE_CLASS) == slots ? "exact" : "not";
  }

  private int slots(int first) {
    return first == 0 ? 0 : tellChain(first).length();
  }

  /** Returns where things are in the region. */
  public RegionLayout layout() {
    return words.layout();
  }

  /** Returns the slab. */
  public int slab() {
    return slab;
  }

  /** Returns the address of the head word. */
  public long headWord() {
    return layout().headWord(slab, SIZE_CLASS);
  }

  /** Returns the address of the word that counts the slots removed, if the slab is owned. */
  public long removalsWord() {
    return layout().removalsWord(slab, SIZE_CLASS);
  }

  /** Returns the address of the frontier word. */
  public long frontierWord() {
    return layout().frontierWord(slab, SIZE_CLASS);
  }

  /** Returns the address of the slot with a letter. */
  public long slot(char letter) {
    return address(code(letter));
  }

  /** Returns the code of the slot with a letter. */
  public int code(char letter) {
    return first + LETTERS.indexOf(letter) + 1;
  }

  /** Returns the address of the slot with a code. */
  public long address(int code) {
    return layout().address(slab, SIZE_CLASS, code);
  }

  /** Links the slots with these letters and returns the code of the first, 0 if there is none. */
  public int link(String letters) {
    int below = 0;
    for (int i = letters.length() - 1; i >= 0; i--) {
      RawMemory.storeLinkPlain(slot(letters.charAt(i)), below);
      below = code(letters.charAt(i));
    }
    return below;
  }

  /** Tells an answer of a pop or a claim: a letter, "none", "lost", or what it is instead. */
  public String tell(long answer) {
    if (answer == SharedWords.NONE) {
      return "none";
    }
    if (answer == SharedWords.LOST) {
      return "lost";
    }
    long address = SlabHeap.address(answer);
    return tellCode(layout().codeOf(address, SIZE_CLASS));
  }

  /** Tells the slots linked from the one with code {@code first}. */
  public String tellChain(int first) {
    if (first == 0) {
      return NO_SLOTS;
    }
    String told = "";
    int code = first;
    while (code != 0 && told.length() <= LETTERS.length()) {
      told += tellCode(code);
      if (told.contains("?")) {
        return told; // user data taken for a link: leads anywhere
      }
      code = RawMemory.loadLinkPlain(address(code));
    }
    return told;
  }

  /** Tells the freed list. */
  public String tellFreed() {
    return tellChain(HeadWord.top(RawMemory.loadAcquire(headWord())));
  }

  /** Tells the freed list and its length, as it stands behind the link of its first slot. */
  public String tellFreedAndLength() {
    return tellFreed() + " " + words.length(slab, SIZE_CLASS);
  }

  /** Tells the freed list and its length, as the pushes minus the removals. */
  public String tellFreedAndOwnedLength() {
    return tellFreed() + " " + ownedWords.length(slab, SIZE_CLASS);
  }

  /** Returns how many slots, from A on, are below the frontier. */
  public long handedOut() {
    return RawMemory.loadAcquire(frontierWord()) - first;
  }

  private String tellCode(int code) {
    return switch (code - first) {
      case 1 -> "A";
      case 2 -> "B";
      case 3 -> "C";
      case 4 -> "D";
      default -> Integer.toUnsignedLong(code) == layout().slots(SIZE_CLASS) ? "last" : "?" + code;
    };
  }

  private void setHead(long head) {
    Words.set(headWord(), head);
  }

  private void setFrontier(long slots) {
    Words.set(frontierWord(), slots);
  }
}
