package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.raw.RawMemory;

class SharedWordsTest {
  private static final int SLAB = 5;
  private static final int CLASS = 6; // 64 bytes; 2048 slots in an area of the smallest region

  private final HeapFixture fixture = HeapFixture.small();
  private final SharedWords words = fixture.words;

  @AfterEach
  void release() {
    fixture.close();
  }

  private long claim() {
    return words.claim(SLAB, CLASS) - SharedWords.FRESH;
  }

  @Test
  void freshSlotsComeInAddressOrderAndAreMarked() {
    long area = fixture.layout.area(SLAB, CLASS);
    assertEquals(area + SharedWords.FRESH, words.claim(SLAB, CLASS));
    assertEquals(area + 64 + SharedWords.FRESH, words.claim(SLAB, CLASS));
    assertEquals(2, words.frontier(SLAB, CLASS));
  }

  @Test
  void theLastSlotIsHandedOutAndThenNone() {
    fixture.setFrontier(SLAB, CLASS, 2047);
    long last = fixture.layout.area(SLAB, CLASS) + 2047 * 64;
    assertEquals(last, claim());
    assertEquals(SharedWords.NONE, words.claim(SLAB, CLASS));
    assertEquals(2048, words.frontier(SLAB, CLASS));
  }

  @Test
  void freedSlotsComeBackLastInFirstOut() {
    List<Long> slots = List.of(claim(), claim(), claim());
    slots.forEach(slot -> words.push(slot, SLAB, CLASS));
    InvariantWalk.check(fixture.heap, List.of());
    assertEquals(slots.get(2), words.tryPop(SLAB, CLASS));
    assertEquals(slots.get(1), words.tryPop(SLAB, CLASS));
    assertEquals(slots.get(0), words.tryPop(SLAB, CLASS));
    assertEquals(SharedWords.NONE, words.tryPop(SLAB, CLASS));
    InvariantWalk.check(fixture.heap, slots);
  }

  @Test
  void everyPushCountsAndNoPopDoes() {
    long slot = claim();
    for (int i = 1; i <= 3; i++) {
      words.push(slot, SLAB, CLASS);
      assertEquals(i, HeadWord.pushes(words.head(SLAB, CLASS)));
      assertEquals(slot, words.tryPop(SLAB, CLASS));
      assertEquals(i, HeadWord.pushes(words.head(SLAB, CLASS)));
    }
  }

  @Test
  void aHeadReadBeforeTheSlotCameBackIsNotTakenForTheSame() {
    long a = claim();
    long b = claim();
    words.push(b, SLAB, CLASS);
    words.push(a, SLAB, CLASS);
    long headSeenBySleeper = words.head(SLAB, CLASS);
    words.tryPop(SLAB, CLASS);
    words.tryPop(SLAB, CLASS);
    words.push(a, SLAB, CLASS);
    long headWord = fixture.layout.headWord(SLAB, CLASS);
    int linkSeenBySleeper = fixture.layout.codeOf(b, CLASS);
    assertEquals(
        false,
        RawMemory.casVolatile(
            headWord, headSeenBySleeper, HeadWord.popped(headSeenBySleeper, linkSeenBySleeper)));
  }

  @Test
  void theListSurvivesTheWrapOfItsCounter() {
    long slot = claim();
    fixture.setHead(SLAB, CLASS, 0xFFFF_FFFF_0000_0000L);
    words.push(slot, SLAB, CLASS);
    assertEquals(0, HeadWord.pushes(words.head(SLAB, CLASS)));
    assertEquals(slot, words.tryPop(SLAB, CLASS));
  }

  @Test
  void theSlotFreedLastCannotBeFreedAgain() {
    long slot = claim();
    words.push(slot, SLAB, CLASS);
    var e = assertThrows(IllegalStateException.class, () -> words.push(slot, SLAB, CLASS));
    assertEquals(
        "double free of 0x" + Long.toHexString(slot) + ": it is free already", e.getMessage());
    InvariantWalk.check(fixture.heap, List.of());
  }

  @Test
  void aLinkBeyondTheFrontierIsNotFollowedAndItsListDropped() {
    long slot = claim();
    words.push(slot, SLAB, CLASS);
    fixture.setLink(slot, 2);
    var e = assertThrows(IllegalStateException.class, () -> words.tryPop(SLAB, CLASS));
    assertEquals(
        "the free slot at 0x"
            + Long.toHexString(slot)
            + " was written after its free, or freed twice: its link is 0x2",
        e.getMessage());
    assertEquals(SharedWords.NONE, words.tryPop(SLAB, CLASS));
    assertEquals(1, words.counts().lost(CLASS));
  }

  @Test
  void aTakenListIsTheWholeListAndLeavesNone() {
    long a = claim();
    long b = claim();
    words.push(a, SLAB, CLASS);
    words.push(b, SLAB, CLASS);
    assertEquals(TakenList.of(2, fixture.layout.codeOf(b, CLASS)), words.takeAll(SLAB, CLASS));
    assertEquals(SharedWords.NONE, words.tryPop(SLAB, CLASS));
    assertEquals(0, words.takeAll(SLAB, CLASS));
    assertEquals(2, HeadWord.pushes(words.head(SLAB, CLASS)));
  }

  @Test
  void aChainGoesOnTopAndItsSlotsAreCounted() {
    long below = claim();
    long a = claim();
    long b = claim();
    words.push(below, SLAB, CLASS);
    fixture.setLink(a, fixture.layout.codeOf(b, CLASS));
    words.pushChain(fixture.layout.codeOf(a, CLASS), b, 2, SLAB, CLASS);
    assertEquals(3, HeadWord.pushes(words.head(SLAB, CLASS)));
    assertEquals(a, words.tryPop(SLAB, CLASS));
    assertEquals(b, words.tryPop(SLAB, CLASS));
    assertEquals(below, words.tryPop(SLAB, CLASS));
  }

  @Test
  void codesAboveTheSignBitAreSlotsLikeOthers() {
    try (HeapFixture large = new HeapFixture(45, MemoryLimit.UNLIMITED, 1)) {
      large.setFrontier(SLAB, 2, (1L << 32) - 2);
      long last = large.words.claim(SLAB, 2) - SharedWords.FRESH;
      assertEquals((1L << 32) - 2, large.layout.slotOf(last, 2));
      assertEquals(SharedWords.NONE, large.words.claim(SLAB, 2));
      large.words.push(last, SLAB, 2);
      assertEquals(last, large.words.tryPop(SLAB, 2));
    }
  }

  @Test
  void aClaimTakesItsBytesFromTheLimitAndTheLimitHolds() {
    try (HeapFixture limited = new HeapFixture(28, 128, 1)) {
      limited.words.claim(SLAB, CLASS);
      limited.words.claim(0, CLASS);
      assertEquals(SharedWords.NONE, limited.words.claim(SLAB, CLASS));
      assertEquals(SharedWords.NONE, limited.words.claim(SLAB, 2));
      assertEquals(1, limited.words.frontier(SLAB, CLASS));
    }
  }

  @Test
  void aFullAreaTakesNothingFromTheLimit() {
    try (HeapFixture limited = new HeapFixture(28, 128, 1)) {
      limited.setFrontier(SLAB, CLASS, 2048);
      assertEquals(SharedWords.NONE, limited.words.claim(SLAB, CLASS));
      assertEquals(false, limited.heap.limit().refuses(128));
    }
  }
}
