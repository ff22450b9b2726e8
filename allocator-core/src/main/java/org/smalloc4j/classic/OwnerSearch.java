package org.smalloc4j.classic;

/** How a {@link SpinLockSlabAllocator} finds slabs: that of a block, and one with a free slot. */
public enum OwnerSearch {
  /**
   * As published: free walks the slabs, class after class, until one contains the address, and
   * malloc walks those of its class until one has a free slot. Both take time in proportion to the
   * number of slabs, and no memory.
   */
  LINEAR,

  /**
   * As wished for: free rounds the address down to the slab's and looks that up in a hash table,
   * and full slabs stand at the end of their class's list, so that malloc looks at the first one
   * alone. Both take constant time; the table takes 8 to 16 bytes for each slab.
   */
  ARITHMETIC
}
