package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SlotEntriesTest {
  private final SlotEntries entries = new SlotEntries(3);

  @Test
  void thereIsRoomForSoManyAndForAnotherWhenOneIsRemoved() {
    for (int slot = 1; slot <= 4; slot++) {
      assertEquals(slot == 4, entries.isFull());
      assertEquals(slot < 4, entries.add(slot));
      assertEquals(slot < 4, entries.contains(slot));
    }
    assertTrue(entries.remove(2));
    assertFalse(entries.remove(2), "it is gone");
    assertFalse(entries.contains(2));
    assertFalse(entries.isFull());
    assertTrue(entries.add(4));
    assertTrue(entries.isFull());
    assertTrue(entries.contains(1) && entries.contains(3) && entries.contains(4));
  }

  @Test
  void withoutEntriesThereIsNoRoom() {
    SlotEntries none = new SlotEntries(0);
    assertTrue(none.isFull());
    assertFalse(none.add(1));
    assertFalse(none.contains(1));
  }
}
