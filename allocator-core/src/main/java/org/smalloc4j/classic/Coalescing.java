package org.smalloc4j.classic;

/** When a {@link FirstFitAllocator} makes one of free blocks that lie side by side. */
public enum Coalescing {
  /**
   * As published: a search merges each free block it looks at with the free blocks behind it. A
   * free touches the freed block alone; what it leaves in pieces the next searches pay for.
   */
  DURING_SEARCH,

  /**
   * Knuth's boundary tags: a free merges the block with the free ones before and behind it at once,
   * in constant time, so that no two free blocks ever lie side by side. A free block ends with its
   * size, and the header behind it says that it is free.
   */
  AT_FREE
}
