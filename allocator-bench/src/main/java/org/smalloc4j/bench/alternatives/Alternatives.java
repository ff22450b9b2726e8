package org.smalloc4j.bench.alternatives;

import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.internal.address.RegionLayout;

/** Makes the allocators of this package. */
public final class Alternatives {

  private static final int LONGEST_RUN = 64;

  private Alternatives() {}

  /** A list for each class. */
  public static ReplayTarget lists() {
    RegionLayout region = OneThreadHeap.reserve();
    return heap("lists", region, new LinkedLists(region, Integer.MAX_VALUE));
  }

  /** Free words alone. */
  public static ReplayTarget bits() {
    RegionLayout region = OneThreadHeap.reserve();
    return heap("bits", region, new FreeBits(region));
  }

  /** A list of 64 slots for each class in front of free words. */
  public static ReplayTarget listsBeforeBits() {
    RegionLayout region = OneThreadHeap.reserve();
    return heap(
        "lists of 64 before bits",
        region,
        new InFront(new LinkedLists(region, 64), new FreeBits(region)));
  }

  /** Magazines in front of free words: what smalloc4j does, with a number of slots of its own. */
  public static ReplayTarget magazinesBeforeBits(int mostSlots) {
    RegionLayout region = OneThreadHeap.reserve();
    return heap(
        "magazines of " + mostSlots + " before bits",
        region,
        new InFront(new Magazines(region, mostSlots), new FreeBits(region)));
  }

  /** The same with the magazines on the Java heap. */
  public static ReplayTarget heapMagazinesBeforeBits(int mostSlots) {
    RegionLayout region = OneThreadHeap.reserve();
    return heap(
        "magazines of " + mostSlots + " on the Java heap before bits",
        region,
        new InFront(new HeapMagazines(mostSlots), new FreeBits(region)));
  }

  /** Magazines that are filled from free words and flushed to them by halves. */
  public static ReplayTarget flushedMagazines(int mostSlots) {
    RegionLayout region = OneThreadHeap.reserve();
    return heap(
        "flushed magazines of " + mostSlots,
        region,
        new Flushed(new Magazines(region, mostSlots), new FreeBits(region), mostSlots));
  }

  /** Magazines of 1,023 in front of free words, fresh slots in runs of another length. */
  public static ReplayTarget runs(int longestRun) {
    RegionLayout region = OneThreadHeap.reserve();
    FreeSlots free = new InFront(new Magazines(region, 1023), new FreeBits(region));
    return new OneThreadHeap("runs of " + longestRun, region, free, longestRun);
  }

  private static ReplayTarget heap(String name, RegionLayout region, FreeSlots free) {
    return new OneThreadHeap(name, region, free, LONGEST_RUN);
  }
}
