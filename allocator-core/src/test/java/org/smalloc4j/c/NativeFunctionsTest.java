package org.smalloc4j.c;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.OffHeap;
import org.smalloc4j.Smalloc;

/** The functions of C's library, called by their pointers, by C's rules. */
class NativeFunctionsTest {
  private static final long NULL = 0;
  private static final long LIMIT = 1 << 20;

  private final Smalloc heap = Smalloc.builder().name("c").maxBytes(64 * LIMIT).build();
  private final NativeFunctions functions = NativeFunctions.of(heap);
  private final Pointers.Libc c = Pointers.Libc.of(functions.lookup());

  @AfterEach
  void everyBlockWasFreed() {
    assertEquals(0, heap.stats().liveBlocks());
    functions.close();
    heap.close();
  }

  private void assertFailures(long expected) {
    assertEquals(expected, functions.failures(), "failures");
  }

  @Test
  void mallocGivesBlocksThatTheHeapCountsAndFreeGivesThemBack() {
    long p = c.malloc().call(100L);
    assertTrue(heap.owns(p));
    assertEquals(1, heap.stats().liveBlocks());
    OffHeap.fill(p, 100, (byte) 1);
    c.free().call(p);
    assertFailures(0);
  }

  @Test
  void blocksAreAlignedTo16AndThoseOfUpTo8BytesTo8() {
    List<Long> live = new ArrayList<>();
    for (long byteSize = 0; byteSize < 200; byteSize++) {
      for (long p :
          new long[] {
            c.malloc().call(byteSize),
            c.calloc().call(1L, byteSize),
            c.realloc().call(NULL, byteSize),
            c.realloc().call(c.malloc().call(1L), byteSize)
          }) {
        assertEquals(0, p % (byteSize > 8 ? 16 : 8), "size " + byteSize);
        live.add(p);
      }
    }
    live.forEach(c.free()::call);
    assertFailures(0);
  }

  @Test
  void mallocOfNothingGivesABlockOfItsOwn() {
    long p = c.malloc().call(0L);
    long q = c.malloc().call(0L);
    assertNotEquals(NULL, p);
    assertNotEquals(p, q);
    c.free().call(p);
    c.free().call(q);
    assertFailures(0);
  }

  @Test
  void mallocOfTooMuchGivesNull() {
    for (long byteSize : new long[] {LIMIT * 65, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      assertEquals(NULL, c.malloc().call(byteSize));
    }
    assertFailures(5);
  }

  @Test
  void callocGivesZeroedBlocksOfTheProduct() {
    long dirty = c.malloc().call(1000L);
    OffHeap.fill(dirty, 1000, (byte) -1);
    c.free().call(dirty);
    long p = c.calloc().call(100L, 10L);
    OffHeap.assertZero(p, 1000, "calloc");
    assertTrue(heap.usableSize(p) >= 1000);
    c.free().call(p);
    assertFailures(0);
  }

  @Test
  void callocWhoseProductOverflowsGivesNull() {
    assertEquals(NULL, c.calloc().call(1L << 32, 1L << 32));
    assertEquals(NULL, c.calloc().call(1L << 62, 2L));
    assertEquals(NULL, c.calloc().call(-1L, -1L)); // 1 in 64 bits
    assertEquals(NULL, c.calloc().call((1L << 63) + 1, 2L)); // 2 in 64 bits
    assertFailures(4);
  }

  @Test
  void callocOfNothingGivesABlockOfItsOwn() {
    c.free().call(c.calloc().call(0L, 8L));
    c.free().call(c.calloc().call(8L, 0L));
    c.free().call(c.calloc().call(-1L, 0L));
    assertFailures(0);
  }

  @Test
  void reallocKeepsContents() {
    SplittableRandom random = new SplittableRandom(14);
    long p = c.realloc().call(NULL, 8L);
    OffHeap.storeLong(p, 42);
    for (int i = 0; i < 1000; i++) {
      p = c.realloc().call(p, random.nextLong(8, 100_000));
      assertEquals(42, OffHeap.loadLong(p));
    }
    c.free().call(p);
    assertFailures(0);
  }

  @Test
  void reallocToNothingKeepsABlock() {
    long p = c.malloc().call(100L);
    long kept = c.realloc().call(p, 0L);
    assertNotEquals(NULL, kept);
    assertEquals(1, heap.stats().liveBlocks());
    c.free().call(kept);
    assertFailures(0);
  }

  @Test
  void reallocThatFailsLeavesTheBlockAsItIs() {
    long p = c.malloc().call(100L);
    OffHeap.storeLong(p, 42);
    assertEquals(NULL, c.realloc().call(p, LIMIT * 65));
    assertEquals(NULL, c.realloc().call(p, -1L));
    assertEquals(42, OffHeap.loadLong(p));
    c.free().call(p);
    assertFailures(2);
  }

  @Test
  void freeOfNullDoesNothing() {
    c.free().call(NULL);
    assertFailures(0);
  }

  @Test
  void alignedAllocTakesTheAlignmentFirst() {
    long p = c.alignedAlloc().call(4096L, 100L);
    assertEquals(0, p % 4096);
    long q = c.alignedAlloc().call(1L, 4096L);
    assertTrue(heap.usableSize(q) >= 4096);
    c.free().call(p);
    c.free().call(q);
    assertFailures(0);
  }

  @Test
  void alignedAllocOfAnAlignmentThatIsNoPowerOfTwoGivesNull() {
    for (long byteAlignment : new long[] {0, 3, 100, -1, Long.MIN_VALUE + 1}) {
      assertEquals(NULL, c.alignedAlloc().call(byteAlignment, 8L));
    }
    assertFailures(5);
  }

  @Test
  void usableSizeIsTheHeapsAndThatOfNullIs0() {
    long p = c.malloc().call(100L);
    assertEquals(heap.usableSize(p), c.usableSize().call(p));
    assertEquals(0, c.usableSize().call(NULL));
    c.free().call(p);
    assertFailures(0);
  }

  @Test
  void misuseIsRefusedAndCounted() {
    long p = c.malloc().call(100L);
    for (long noBlock : new long[] {p + 8, p + 4, 8, -1, Long.MIN_VALUE, System.nanoTime()}) {
      c.free().call(noBlock);
      assertEquals(0, c.usableSize().call(noBlock));
      assertEquals(NULL, c.realloc().call(noBlock, 8L));
    }
    assertFailures(18);
    c.free().call(p);
    assertFailures(18);
    c.free().call(p);
    assertFailures(19);
  }

  @Test
  void whatJavaAllocatesCFreesAndTheOtherWayRound() {
    c.free().call(heap.malloc(100));
    heap.free(c.malloc().call(100L));
    assertFailures(0);
  }

  @Test
  void aHeapThatIsFullGivesNullUntilABlockIsFreed() {
    List<Long> live = new ArrayList<>();
    for (long p = c.malloc().call(LIMIT); p != NULL; p = c.malloc().call(LIMIT)) {
      live.add(p);
    }
    assertEquals(NULL, c.calloc().call(1L, LIMIT));
    assertEquals(NULL, c.realloc().call(NULL, LIMIT));
    assertEquals(NULL, c.alignedAlloc().call(LIMIT, LIMIT));
    assertFailures(4);
    c.free().call(live.removeLast());
    live.add(c.malloc().call(LIMIT));
    assertFalse(live.contains(NULL));
    live.forEach(c.free()::call);
    assertFailures(4);
  }

  @Test
  void theLookupHasEachNameWithAndWithoutAPrefixAndNoOther() {
    SymbolLookup symbols = functions.lookup();
    assertEquals(functions.malloc(), symbols.findOrThrow("malloc"));
    assertEquals(functions.calloc(), symbols.findOrThrow("calloc"));
    assertEquals(functions.realloc(), symbols.findOrThrow("realloc"));
    assertEquals(functions.free(), symbols.findOrThrow("free"));
    assertEquals(functions.alignedAlloc(), symbols.findOrThrow("aligned_alloc"));
    assertEquals(functions.usableSize(), symbols.findOrThrow("malloc_usable_size"));
    for (String name :
        List.of("malloc", "calloc", "realloc", "free", "aligned_alloc", "malloc_usable_size")) {
      assertEquals(symbols.findOrThrow(name), symbols.findOrThrow("smalloc4j_" + name));
    }
    for (String name : List.of("", "smalloc4j_", "smalloc4j_smalloc4j_free", "printf", "Malloc")) {
      assertTrue(symbols.find(name).isEmpty(), name);
    }
  }
}
