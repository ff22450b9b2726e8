package org.smalloc4j.internal.address;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadWordTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void aPushPutsItsSlotOnTopAndCounts(int top) {
    long head = HeadWord.pushed(HeadWord.pushed(0, 77), top);
    assertEquals(top, HeadWord.top(head));
    assertEquals(2, HeadWord.pushes(head));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void aPopPutsTheLinkOnTopAndDoesNotCount(int link) {
    long head = HeadWord.popped(HeadWord.pushed(0, -1), link);
    assertEquals(link, HeadWord.top(head));
    assertEquals(1, HeadWord.pushes(head));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  void theCounterWrapsWithoutTouchingTheTop(int top) {
    long head = HeadWord.pushed(0xFFFF_FFFF_0000_0005L, top);
    assertEquals(top, HeadWord.top(head));
    assertEquals(0, HeadWord.pushes(head));
  }
}
