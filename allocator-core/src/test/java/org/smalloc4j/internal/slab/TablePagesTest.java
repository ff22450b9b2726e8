package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory.Advice;

class TablePagesTest {
  private static final long MIB = 1 << 20;
  private static final int TABLES = 26; // class of 64 MiB
  private static final int BITS = 40; // 8 slots of 64 MiB to an area

  /** What the system was told since the heap was made. */
  private record Advised(long address, long byteSize, Advice advice) {}

  private final List<Advised> advised = new ArrayList<>();
  private final Recording os = new Recording();
  private OwnedHeap heap = heapIn(region -> region);

  private final class Recording extends ForwardingMemory {
    private boolean refuses;

    @Override
    public boolean advise(long address, long byteSize, Advice advice) {
      advised.add(new Advised(address, byteSize, advice));
      return !refuses && super.advise(address, byteSize, advice);
    }
  }

  private OwnedHeap heapIn(UnaryOperator<Region> of) {
    try {
      return heapOf(of.apply(Region.reserve(os, BITS)));
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }

  private OwnedHeap heapOf(Region region) {
    OwnedHeap made = OwnedHeap.in(region, new MemoryLimit(MemoryLimit.UNLIMITED), 2, true);
    advised.clear();
    return made;
  }

  @AfterEach
  void close() {
    heap.release();
  }

  private long grown() {
    return SlabHeap.address(new Resizing(heap).allocateGrown(22, 23, 8 * MIB));
  }

  private static Advised huge(long slot) {
    return new Advised(slot, 64 * MIB, Advice.HUGE_PAGES);
  }

  private static Advised notHuge(long slot) {
    return new Advised(slot, 64 * MIB, Advice.NO_HUGE_PAGES);
  }

  @Test
  void aSlotThatATableGrowsToHasHugePagesUntilItIsFreed() {
    long table = grown();
    assertEquals(TABLES, heap.checkedClass(table));
    assertEquals(List.of(huge(table)), advised);
    heap.free(table);
    assertEquals(List.of(huge(table), notHuge(table)), advised);
    assertEquals(table, grown());
    assertEquals(huge(table), advised.getLast());
    assertEquals(3, advised.size());
  }

  @Test
  void blocksOfMallocAndSmallerTablesHaveNone() {
    long block = SlabHeap.address(heap.allocate(TABLES));
    long small = SlabHeap.address(new Resizing(heap).allocateGrown(20, 21, 2 * MIB));
    heap.free(block);
    heap.free(small);
    assertEquals(List.of(), advised);
  }

  @Test
  void aSlotThatWasGivenUpHasThemUntilItIsFreedAtLast() {
    long table = grown();
    heap.giveUp(table);
    assertEquals(table, grown());
    assertEquals(List.of(huge(table)), advised);
    heap.free(table);
    assertEquals(notHuge(table), advised.getLast());
  }

  @Test
  void whatTheSystemRefusesIsAskedForAgainAtTheNextFree() {
    long table = grown();
    os.refuses = true;
    heap.free(table);
    os.refuses = false;
    assertEquals(table, SlabHeap.address(heap.allocate(TABLES)));
    heap.free(table);
    assertEquals(List.of(huge(table), notHuge(table), notHuge(table)), advised);
    assertEquals(table, SlabHeap.address(heap.allocate(TABLES)));
    heap.free(table);
    assertEquals(3, advised.size());
  }

  @Test
  void noMoreThanSixtyFourTablesHaveThem() {
    List<Long> tables = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      tables.add(grown());
    }
    assertEquals(64, advised.size());
    tables.forEach(heap::free);
    assertEquals(128, advised.size());
    grown();
    assertEquals(129, advised.size());
  }

  @Test
  void besideOtherHugePagesEightHaveThem() {
    heap.release();
    heap = heapIn(Region::withHugePages);
    for (int i = 0; i < 10; i++) {
      grown();
    }
    assertEquals(8, advised.size());
  }

  @Test
  void inARegionThatBecomesAccessibleBitByBitNoneHasThem() throws OsException {
    heap.release();
    heap = heapOf(Region.reserve(os, BITS, true));
    assertTrue(heap.shared().region().commitment() != null);
    long table = SlabHeap.address(heap.allocate(TABLES));
    heap.large().beforeTable(table, TABLES);
    heap.free(table);
    assertEquals(List.of(), advised);
  }
}
