package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A walk over a heap at rest: each slot of each area is exactly one of freed, held back by an
 * owner, beyond the frontier, or live.
 */
public final class InvariantWalk {
  private final SharedWords words;
  private final @Nullable Annex annex;
  private final Map<Integer, List<Long>> held;
  private final Map<Integer, List<Long>> live;
  private final boolean hasStashes;
  private long usedSlots;

  /** Of the annex if there is one, else of the rest. */
  private InvariantWalk(
      SharedWords words,
      @Nullable Annex annex,
      Collection<Long> held,
      Collection<Long> live,
      boolean hasStashes) {
    this.words = words;
    this.annex = annex;
    this.held = here(held);
    this.live = here(live);
    this.hasStashes = hasStashes;
  }

  private Map<Integer, List<Long>> here(Collection<Long> addresses) {
    return addresses.stream()
        .filter(words.layout()::contains)
        .collect(Collectors.groupingBy(this::area));
  }

  private int area(long address) {
    int sizeClass = annex == null ? words.layout().classOf(address) : annex.classOf(address);
    return words.layout().slabOf(address) * SizeClass.COUNT + sizeClass;
  }

  /** Fails unless the slots in use are exactly those at the addresses {@code live}. */
  public static void check(OwnedHeap heap, Collection<Long> live) {
    check(heap.shared(), HeldSlots.of(heap), live, true);
  }

  /** Fails unless the slots in use of a heap without owners are exactly {@code live}. */
  public static void check(SlabHeap heap, Collection<Long> live) {
    check(heap, List.of(), live, false);
  }

  private static void check(
      SlabHeap heap, Collection<Long> held, Collection<Long> live, boolean hasStashes) {
    long used = new InvariantWalk(heap.words(), null, held, live, hasStashes).checkAreas();
    Annex annex = heap.annex();
    if (annex != null) {
      used += new InvariantWalk(annex.words(), annex, List.of(), live, false).checkAreas();
    }
    assertEquals(live.size(), used, "slots below the frontiers, neither freed nor lost");
  }

  private long checkAreas() {
    for (int slab = 0; slab < words.layout().slabs(); slab++) {
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        if (annex == null || annex.classOf(slab) == sizeClass) {
          checkArea(slab, sizeClass);
        } else {
          assertEquals(0, words.frontier(slab, sizeClass), "frontier of a class not here");
        }
      }
    }
    for (int sizeClass = SizeClass.SMALLEST; sizeClass <= SizeClass.LARGEST; sizeClass++) {
      usedSlots -= words.counts().lost(sizeClass);
    }
    return usedSlots;
  }

  private void checkArea(int slab, int sizeClass) {
    long frontier = words.frontier(slab, sizeClass);
    boolean hasSlots =
        sizeClass >= SizeClass.SMALLEST && sizeClass <= words.layout().largestClass();
    String where = "slab " + slab + " class " + sizeClass + ": ";
    assertTrue(
        frontier >= 0 && frontier <= (hasSlots ? words.layout().slots(sizeClass) : 0),
        () -> where + "frontier " + frontier);
    BitSet freed = new BitSet();
    int code = HeadWord.top(words.head(slab, sizeClass));
    while (code != 0) {
      long slot = Integer.toUnsignedLong(code) - 1;
      assertTrue(slot < frontier, where + "freed slot " + slot + " beyond " + frontier);
      assertFalse(freed.get((int) slot), where + "slot " + slot + " is freed twice");
      freed.set((int) slot);
      code = RawMemory.loadLinkPlain(words.layout().address(slab, sizeClass, code));
    }
    // Of an owned slab the list is counted together with the stash, held or not: HeldSlots.
    if (!hasStashes || !words.counts().isOwned(slab, sizeClass)) {
      assertEquals(freed.cardinality(), words.length(slab, sizeClass), where + "list's length");
    }
    if (hasSlots && words.sorted().exist()) {
      checkSorted(slab, sizeClass, frontier, freed);
    }
    for (long slot : slots(held, slab, sizeClass)) {
      assertTrue(slot < frontier, where + "held slot " + slot + " beyond " + frontier);
      assertFalse(freed.get((int) slot), where + "slot " + slot + " is held and free elsewhere");
      freed.set((int) slot);
    }
    for (long slot : slots(live, slab, sizeClass)) {
      assertTrue(slot < frontier, where + "live slot " + slot + " beyond " + frontier);
      assertFalse(freed.get((int) slot), where + "slot " + slot + " is live and free");
    }
    usedSlots += frontier - freed.cardinality();
  }

  /** Adds the slots of an area that were sorted to those that are free. */
  private void checkSorted(int slab, int sizeClass, long frontier, BitSet freed) {
    String where = "slab " + slab + " class " + sizeClass + ": ";
    SlotSetLayout layout = words.sorted().layout();
    for (SlotSet set : List.of(words.sorted().kept(), words.sorted().purged())) {
      int count = 0;
      long end = Math.min(frontier + Long.SIZE, words.layout().slots(sizeClass));
      for (long slot = 0; slot < end; slot++) {
        long marks = layout.word(SlotSetLayout.MARKED, slab, sizeClass, slot);
        assertEquals(0, RawMemory.loadPlain(marks), where + "marks of " + slot);
        if ((set.bits(slab, sizeClass, slot) & 1L << slot) != 0) {
          count++;
          assertTrue(slot < frontier, where + "sorted slot " + slot + " beyond " + frontier);
          assertFalse(freed.get((int) slot), where + "slot " + slot + " is sorted and free");
          freed.set((int) slot);
          assertTrue(set.set() != SlotSetLayout.PURGED || isZero(slab, sizeClass, slot), where);
        }
      }
      assertEquals(count, set.count(slab, sizeClass), where + "sorted slots");
    }
  }

  private boolean isZero(int slab, int sizeClass, long slot) {
    long address = words.layout().area(slab, sizeClass) + (slot << sizeClass);
    MemorySegment bytes = RawMemory.segment(address, 1L << sizeClass);
    return bytes.mismatch(zeros(bytes.byteSize())) < 0;
  }

  private static MemorySegment zeros(long byteSize) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(byteSize)]);
  }

  private List<Long> slots(Map<Integer, List<Long>> addresses, int slab, int sizeClass) {
    return addresses.getOrDefault(slab * SizeClass.COUNT + sizeClass, List.of()).stream()
        .map(address -> words.layout().slotOf(address, sizeClass))
        .toList();
  }
}
