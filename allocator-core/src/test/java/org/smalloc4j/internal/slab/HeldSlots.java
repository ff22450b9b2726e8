package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** The slots in the stashes and outboxes of a heap at rest, and the invariants of these. */
final class HeldSlots {
  private final OwnedHeap heap;
  private final StashLayout layout;
  private final RegionLayout region;
  private final List<Long> addresses = new ArrayList<>();

  private HeldSlots(OwnedHeap heap) {
    this.heap = heap;
    layout = heap.layout();
    region = layout.region();
  }

  /** Returns the addresses of all slots that owners, dead or alive, hold back. */
  static List<Long> of(OwnedHeap heap) {
    HeldSlots held = new HeldSlots(heap);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if (!heap.held().hasStash(slab)) {
        continue;
      }
      for (int c = SizeClass.SMALLEST; c <= held.layout.largestOwnedClass(); c++) {
        held.addStash(slab, c);
        held.addOutbox(slab, c);
      }
    }
    return held.addresses;
  }

  private void addStash(int slab, int sizeClass) {
    OwnedSlab owned = heap.directory().slab(slab);
    int before = addresses.size();
    addMagazine(owned, sizeClass);
    addFreeWords(owned, sizeClass);
    addresses.addAll(
        list(slab, sizeClass, TakenList.first(owned.get(OwnedSlab.RETURNED, sizeClass))));
    long slotBytes = SizeClass.slotBytes(sizeClass);
    long runEnd = owned.get(OwnedSlab.RUN_END, sizeClass);
    for (long p = owned.get(OwnedSlab.RUN, sizeClass); p < runEnd; p += slotBytes) {
      addresses.add(p);
    }
    SharedWords words = heap.shared().words();
    int listed = list(slab, sizeClass, HeadWord.top(words.head(slab, sizeClass))).size();
    assertEquals(
        addresses.size() - before + listed,
        heap.stash().count(owned, sizeClass) + words.length(slab, sizeClass),
        "count of the stash and the list of slab " + slab + " class " + sizeClass);
  }

  private List<Long> list(int slab, int sizeClass, int first) {
    List<Long> slots = new ArrayList<>();
    for (int code = first; code != 0; code = RawMemory.loadLinkPlain(slots.getLast())) {
      slots.add(region.address(slab, sizeClass, code));
    }
    return slots;
  }

  private void addMagazine(OwnedSlab owned, int sizeClass) {
    long bottom = layout.magazine(owned.slab, sizeClass);
    long top = owned.get(OwnedSlab.TOP, sizeClass);
    long limit = owned.get(OwnedSlab.LIMIT, sizeClass);
    assertEquals(bottom + 8L * layout.magazineSlots(sizeClass), limit, "limit of the magazine");
    assertTrue(top >= bottom && top <= limit, "top of the magazine");
    assertEquals(SharedWords.NONE, load(bottom), "empty entry of the magazine");
    for (long entry = bottom + Long.BYTES; entry <= top; entry += Long.BYTES) {
      addresses.add(load(entry));
    }
  }

  private void addFreeWords(OwnedSlab owned, int sizeClass) {
    Set<Long> stacked = new HashSet<>();
    long threshold = owned.get(OwnedSlab.THRESHOLD, sizeClass);
    long end = layout.noFreeWord(owned.slab);
    for (long word = owned.get(OwnedSlab.STACK, sizeClass); word != end; word = load(word + 8)) {
      assertTrue(stacked.add(word), "free word is on the stack twice");
      assertTrue(load(word) != 0, "free word on the stack has no bits");
    }
    assertEquals(0, load(end), "word of no slot");
    long frontier = heap.shared().words().frontier(owned.slab, sizeClass);
    for (long first = 0; first < frontier; first += StashLayout.WORD_SLOTS) {
      long word = layout.freeWord(owned.slab, sizeClass, first);
      long bits = load(word);
      assertEquals(load(word + 8) != 0, stacked.contains(word), "link of a free word");
      assertTrue(
          Long.bitCount(bits) < threshold || stacked.contains(word),
          "free word with bits enough is not on the stack");
      for (; bits != 0; bits &= bits - 1) {
        long slot = first + Long.numberOfTrailingZeros(bits);
        addresses.add(region.area(owned.slab, sizeClass) + (slot << sizeClass));
      }
    }
  }

  private void addOutbox(int slab, int sizeClass) {
    int before = addresses.size();
    for (int target = 0; target < StashLayout.OUTBOX_TARGETS; target++) {
      long entry = layout.outbox(slab, sizeClass, target);
      int targetSlab = (int) load(entry + Outbox.TARGET) - 1;
      int code = TakenList.first(load(entry + Outbox.CHAIN));
      for (int left = TakenList.slots(load(entry + Outbox.CHAIN)); left > 0; left--) {
        addresses.add(region.address(targetSlab, sizeClass, code));
        if (left == 1) {
          assertEquals(addresses.getLast(), load(entry + Outbox.LAST), "last of the chain");
        }
        code = RawMemory.loadLinkPlain(addresses.getLast());
      }
    }
    assertEquals(addresses.size() - before, heap.outbox().count(slab, sizeClass), "outbox's count");
  }

  private static long load(long address) {
    return RawMemory.loadPlain(address);
  }
}
