package org.smalloc4j.classic.control;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A table of one block, and a tree of one leaf, written by stores. */
final class WeakenedTable {
  private static final long SIZE = 4096;

  private final AtomicLong entry = new AtomicLong(SIZE);
  private final AtomicInteger unmapped = new AtomicInteger();
  private final AtomicReference<@Nullable AtomicLongArray> root = new AtomicReference<>();

  /** A free that stores the entry. */
  String freeByStore() {
    if (entry.get() != SIZE) {
      return "refused";
    }
    WeakenedBins.window();
    entry.set(-SIZE);
    unmapped.getAndIncrement();
    return "freed";
  }

  /** Tells how often the block was unmapped. */
  String tellUnmapped() {
    return unmapped.get() == 1 ? "1 munmap" : unmapped.get() + " munmaps";
  }

  /** A put that stores the leaf it has made. */
  void putByStore(int index, long number) {
    AtomicLongArray leaf = root.get();
    if (leaf == null) {
      leaf = new AtomicLongArray(2);
      WeakenedBins.window();
      root.set(leaf);
    }
    leaf.set(index, number);
  }

  /** Returns a number. */
  long get(int index) {
    AtomicLongArray leaf = root.get();
    return leaf == null ? 0 : leaf.get(index);
  }
}
