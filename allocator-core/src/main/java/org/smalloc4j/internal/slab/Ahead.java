package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;

/** What the operating system is told before a frontier moves, on the slow way of malloc. */
@FunctionalInterface
public interface Ahead {

  /**
   * Prepares the first slots of an area, before a frontier passes the last of them.
   *
   * @param of the layout of the region, or of its annex
   * @param isOwned whether threads own the slots
   * @return false if the frontier must not move
   */
  boolean reach(RegionLayout of, int slab, int sizeClass, long slotCount, boolean isOwned);
}
