package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
      if (!heap.owners().isOwnable(slab)) {
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
    long line = StashLayout.line(layout.lines(slab), sizeClass);
    if (Line.load(line + Line.LIMIT) == 0) {
      return;
    }
    int before = addresses.size();
    addMagazine(line, slab, sizeClass);
    addFreeWords(line, slab, sizeClass);
    long rest = Line.secondHalf(line);
    int code = (int) Line.load(rest + Line.RETURNED);
    while (code != 0) {
      addresses.add(region.address(slab, sizeClass, code));
      code = RawMemory.loadLinkPlain(addresses.getLast());
    }
    long slotBytes = SizeClass.slotBytes(sizeClass);
    long runEnd = Line.load(rest + Line.RUN_END);
    for (long slot = Line.load(line + Line.RUN); slot < runEnd; slot += slotBytes) {
      addresses.add(slot);
    }
    assertEquals(
        addresses.size() - before,
        heap.stash().count(slab, sizeClass),
        "count of the stash of slab " + slab + " class " + sizeClass);
  }

  private void addMagazine(long line, int slab, int sizeClass) {
    long bottom = layout.magazine(slab, sizeClass);
    long top = Line.load(line + Line.TOP);
    assertTrue(top >= bottom && top <= Line.load(line + Line.LIMIT), "top of the magazine");
    assertEquals(SharedWords.NONE, Line.load(bottom), "empty entry of the magazine");
    for (long entry = bottom + Long.BYTES; entry <= top; entry += Long.BYTES) {
      addresses.add(Line.load(entry));
    }
  }

  private void addFreeWords(long line, int slab, int sizeClass) {
    Set<Long> stacked = new HashSet<>();
    long rest = Line.secondHalf(line);
    long threshold = Line.load(rest + Line.THRESHOLD);
    long current = Line.load(line + Line.WORD);
    for (long word = Line.load(rest + Line.STACK); word != 0; word = Line.load(word + 8)) {
      assertTrue(stacked.add(word), "free word is on the stack twice");
      assertTrue(word != current, "current word is on the stack");
    }
    long frontier = heap.shared().words().frontier(slab, sizeClass);
    for (long first = 0; first < frontier; first += StashLayout.WORD_SLOTS) {
      long word = layout.freeWord(slab, sizeClass, first);
      long bits = Line.load(word);
      assertEquals(
          Long.bitCount(bits) >= threshold && word != current,
          stacked.contains(word),
          "free word is on the stack iff it has bits enough");
      for (; bits != 0; bits &= bits - 1) {
        long slot = first + Long.numberOfTrailingZeros(bits);
        addresses.add(region.area(slab, sizeClass) + (slot << sizeClass));
      }
    }
  }

  private void addOutbox(int slab, int sizeClass) {
    int before = addresses.size();
    for (int target = 0; target < StashLayout.OUTBOX_TARGETS; target++) {
      long entry = layout.outbox(slab, sizeClass, target);
      int targetSlab = (int) Line.load(entry + Outbox.TARGET) - 1;
      int code = (int) Line.load(entry + Outbox.FIRST);
      for (long left = Line.load(entry + Outbox.COUNT); left > 0; left--) {
        addresses.add(region.address(targetSlab, sizeClass, code));
        if (left == 1) {
          assertEquals(addresses.getLast(), Line.load(entry + Outbox.LAST), "last of the chain");
        }
        code = RawMemory.loadLinkPlain(addresses.getLast());
      }
    }
    assertEquals(addresses.size() - before, heap.outbox().count(slab, sizeClass), "outbox's count");
  }
}
