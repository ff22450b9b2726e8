package org.smalloc4j.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.Crowd;
import org.smalloc4j.Smalloc;
import org.smalloc4j.observe.TracingAllocator.Site;

class TracingAllocatorTest {
  private final Smalloc heap = Smalloc.create();
  private final TracingAllocator all = TracingAllocator.over(heap, 1);

  @AfterEach
  void close() {
    heap.close();
  }

  private static long cache(Allocator allocator) {
    return allocator.malloc(1000);
  }

  private static long buffer(Allocator allocator) {
    return allocator.malloc(64);
  }

  private static String topOf(Site site) {
    return site.stack().getFirst().getMethodName();
  }

  private static long blocksOf(TracingAllocator tracing) {
    return tracing.liveSites().stream().mapToLong(Site::blocks).sum();
  }

  @Test
  void sitesAreSortedByTheirLiveBytes() {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      blocks.add(buffer(all));
    }
    for (int i = 0; i < 2; i++) {
      blocks.add(cache(all));
    }
    List<Site> sites = all.liveSites();
    assertEquals(2, sites.size());
    assertEquals("cache", topOf(sites.get(0)));
    assertEquals(2, sites.get(0).blocks());
    assertEquals(2048, sites.get(0).bytes());
    assertEquals("buffer", topOf(sites.get(1)));
    assertEquals(3, sites.get(1).blocks());
    assertEquals(192, sites.get(1).bytes());
    all.free(blocks.get(3));
    all.free(blocks.get(4));
    assertEquals(List.of("buffer"), all.liveSites().stream().map(site -> topOf(site)).toList());
    blocks.subList(0, 3).forEach(all::free);
    assertEquals(List.of(), all.liveSites());
  }

  @Test
  void aStackBeginsAtTheCallerAndNamesItsCallersToo() {
    buffer(TracingAllocator.over(heap, 1)); // not this one's
    buffer(all);
    List<String> methods =
        all.liveSites().getFirst().stack().stream()
            .map(StackWalker.StackFrame::getMethodName)
            .toList();
    assertEquals(
        List.of("buffer", "aStackBeginsAtTheCallerAndNamesItsCallersToo"), methods.subList(0, 2));
  }

  @Test
  void whateverAllocatesIsTracedToItsCaller() {
    MeteredAllocator outer = MeteredAllocator.over(all);
    outer.malloc(8);
    outer.malloc(8, 8);
    outer.tryMalloc(8, 8);
    outer.calloc(8);
    outer.callocArray(2, 8);
    outer.realloc(Allocator.NULL, 8);
    outer.allocateFrom("text");
    assertEquals(7, blocksOf(all));
    try (Arena arena = outer.confinedArena()) {
      arena.allocate(8);
      assertEquals(8, blocksOf(all));
      for (Site site : all.liveSites()) {
        assertEquals("whateverAllocatesIsTracedToItsCaller", topOf(site));
      }
    }
    assertEquals(7, blocksOf(all));
  }

  @Test
  void oneLineInALoopIsOneSiteAndTwoLinesAreTwo() {
    for (int i = 0; i < 100; i++) {
      all.malloc(8);
    }
    assertEquals(1, all.liveSites().size());
    all.malloc(8);
    assertEquals(2, all.liveSites().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 1000, Integer.MAX_VALUE})
  void everyNthAllocationIsTraced(int everyNth) {
    TracingAllocator tracing = TracingAllocator.over(heap, everyNth);
    for (int i = 1; i <= 2500; i++) {
      assertEquals((i - 1) / everyNth, blocksOf(tracing));
      buffer(tracing);
    }
  }

  @Test
  void aRefusedAllocationIsNoAllocation() {
    TracingAllocator second = TracingAllocator.over(heap, 2);
    long tooMuch = (1L << 31) + 1;
    assertThrows(OutOfMemoryError.class, () -> second.malloc(tooMuch));
    assertEquals(Allocator.NULL, second.tryMalloc(tooMuch, 1));
    second.malloc(8);
    assertEquals(0, blocksOf(second));
    second.malloc(8);
    assertEquals(1, blocksOf(second));
  }

  @Test
  void aBlockThatMovesKeepsItsSiteWithItsNewSize() {
    long p = buffer(all);
    long moved = all.realloc(p, 500);
    assertNotEquals(p, moved);
    Site site = all.liveSites().getFirst();
    assertEquals("buffer", topOf(site));
    assertEquals(1, site.blocks());
    assertEquals(512, site.bytes());
    assertEquals(moved, all.realloc(moved, 400));
    assertEquals(512, all.liveSites().getFirst().bytes());
    all.free(moved);
    assertEquals(List.of(), all.liveSites());
  }

  @Test
  void aRefusedReallocOrFreeLeavesTheBlockRemembered() {
    long p = buffer(all);
    List<Site> before = all.liveSites();
    assertThrows(OutOfMemoryError.class, () -> all.realloc(p, (1L << 31) + 1));
    assertThrows(IllegalArgumentException.class, () -> all.realloc(p, -1));
    assertThrows(IllegalArgumentException.class, () -> all.free(p + 8));
    assertEquals(before, all.liveSites());
    TracingAllocator refusing =
        TracingAllocator.over(
            new ForwardingAllocator(heap) {
              @Override
              public void free(long address) {
                throw new IllegalStateException("refused");
              }
            },
            1);
    long q = buffer(refusing);
    assertThrows(IllegalStateException.class, () -> refusing.free(q));
    assertEquals(1, blocksOf(refusing));
    assertEquals(64, refusing.liveSites().getFirst().bytes());
    assertThrows(IllegalStateException.class, () -> refusing.free(q), "still there");
  }

  @Test
  void aBlockIsGivenBackIfItCannotBeRemembered() {
    for (int everyNth = 1; everyNth <= 2; everyNth++) {
      OneSlot slot = new OneSlot();
      AtomicLong asked = new AtomicLong();
      Allocator full =
          new ForwardingAllocator(slot) {
            @Override
            public long usableSize(long address) {
              if (asked.getAndIncrement() == 0) {
                throw new OutOfMemoryError("Java heap space");
              }
              return super.usableSize(address);
            }
          };
      TracingAllocator tracing = TracingAllocator.over(full, everyNth);
      if (everyNth == 2) {
        tracing.free(tracing.malloc(8));
      }
      assertThrows(OutOfMemoryError.class, () -> tracing.malloc(8));
      assertFalse(slot.live.get());
      assertEquals(List.of(), tracing.liveSites());
      asked.set(0);
      assertEquals(Allocator.NULL, tracing.tryMalloc(8, 1));
      assertFalse(slot.live.get());
      long p = tracing.malloc(8); // its turn, since the refused ones were none
      assertEquals(1, blocksOf(tracing));
      tracing.free(p);
    }
  }

  @Test
  void blocksThatWereLiveWhenTheHeapWasClosedAreTold() {
    TracingAllocator tracing = TracingAllocator.over(Smalloc.create(), 1);
    buffer(tracing);
    tracing.close();
    assertEquals("buffer", topOf(tracing.liveSites().getFirst()));
  }

  @Test
  void theTableGrowsAndForgetsNobody() {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      blocks.add(buffer(all));
    }
    assertEquals(5000, blocksOf(all));
    for (int i = 0; i < 5000; i += 2) {
      blocks.set(i, all.realloc(blocks.get(i), 200));
    }
    assertEquals(5000, blocksOf(all));
    assertEquals(2500 * 64L + 2500 * 256L, all.liveSites().getFirst().bytes());
    blocks.forEach(all::free);
    assertEquals(List.of(), all.liveSites());
    assertEquals(0, all.kept(), "what is kept of blocks that were freed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void threadsAreTracedExactly(int everyNth) throws InterruptedException {
    TracingAllocator tracing = TracingAllocator.over(heap, everyNth);
    int perThread = everyNth == 1 ? 500 : 7000;
    long[][] blocks = new long[8][perThread];
    new Crowd(62)
        .run(
            8,
            Crowd.MIXED,
            (index, _) -> {
              for (int i = 0; i < perThread; i++) {
                blocks[index][i] = buffer(tracing);
              }
            });
    assertEquals(8 * perThread / everyNth, blocksOf(tracing));
    new Crowd(63)
        .run(
            8,
            Crowd.MIXED,
            (index, _) -> {
              for (long p : blocks[7 - index]) {
                tracing.free(tracing.realloc(p, 130));
              }
            });
    assertEquals(List.of(), tracing.liveSites());
  }

  @Test
  void fewerThanOneInOneIsRefused() {
    for (int everyNth : new int[] {0, -1, Integer.MIN_VALUE}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> TracingAllocator.over(heap, everyNth))
              .getMessage();
      assertTrue(message.contains("everyNth is " + everyNth), message);
    }
  }

  @Test
  void aListOfSitesIsASnapshotThatCannotBeChanged() {
    buffer(all);
    List<Site> sites = all.liveSites();
    cache(all);
    assertEquals(1, sites.size());
    assertThrows(UnsupportedOperationException.class, sites::clear);
    assertThrows(UnsupportedOperationException.class, sites.getFirst().stack()::clear);
  }
}
