package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;

/** How long an owner seems to have done nothing. */
class IdlenessTest {
  private static final int SLAB = RegionLayout.SLABS - 1;

  private final Idleness idleness = new Idleness();
  private final OwnedSlab slab = OwnedSlab.of(SLAB, StashLayout.of(new RegionLayout(0, 44)));
  private final long start = System.nanoTime();

  private void lookAfter(long nanos) {
    idleness.look(SLAB, slab, start + nanos);
  }

  @Test
  void anOwnerWhoseWordsDoNotChangeIsIdle() {
    lookAfter(0);
    lookAfter(Idleness.LONG_NANOS - 1);
    assertFalse(idleness.isLong(SLAB));
    lookAfter(Idleness.LONG_NANOS + Idleness.PAUSE_NANOS);
    assertTrue(idleness.isLong(SLAB));
  }

  @Test
  void anOwnerThatFreesIsNot() {
    lookAfter(0);
    slab.set(OwnedSlab.TOP, SizeClass.SMALLEST, slab.get(OwnedSlab.TOP, SizeClass.SMALLEST) + 8);
    lookAfter(Idleness.LONG_NANOS + Idleness.PAUSE_NANOS);
    assertFalse(idleness.isLong(SLAB));
  }

  @Test
  void ofAllSlabsThoseAreLookedAtThatHaveAnOwner() {
    try (OwnedFixture fixture = OwnedFixture.small()) {
      fixture.allocate(SizeClass.SMALLEST);
      lookAtAll(fixture, 0);
      lookAtAll(fixture, 2 * Idleness.LONG_NANOS);
      for (int s = 0; s < RegionLayout.SLABS; s++) {
        assertEquals(s == fixture.ownSlab(), idleness.isLong(s), "slab " + s);
      }
    }
  }

  private void lookAtAll(OwnedFixture fixture, long nanos) {
    for (int i = 0; i < RegionLayout.SLABS; i++) {
      idleness.lookAtSome(fixture.heap.directory(), fixture.heap.owners(), start + nanos);
    }
  }
}
