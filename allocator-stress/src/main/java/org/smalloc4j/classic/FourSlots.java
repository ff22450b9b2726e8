package org.smalloc4j.classic;

import org.smalloc4j.internal.raw.RawMemory;

/** An allocator of one slab of four slots, which are told by letters in address order: A to D. */
public final class FourSlots {
  private static final SlabMemory MEMORY = new SlabMemory();
  private static final int SLOT_BYTES = SlabMemory.STRETCH_BYTES / 4;

  private final SpinLockSlabAllocator allocator =
      SpinLockSlabAllocator.builder().classes(SLOT_BYTES).virtualMemory(MEMORY).build();

  /** Creates an allocator whose slots are free; the first malloc gets A. */
  public FourSlots() {
    allocator.free(allocator.malloc(1));
  }

  /** Allocates a block. */
  public long malloc() {
    return allocator.malloc(SLOT_BYTES);
  }

  /** Frees a block. */
  public void free(long address) {
    allocator.free(address);
  }

  /** Ends the state's use of the slab. */
  public void giveBack() {
    allocator.close();
  }

  /** Tells a block. */
  public static String tell(long address) {
    return tell((int) (address % SlabMemory.STRETCH_BYTES) / SLOT_BYTES);
  }

  /** Tells the slot with a number. */
  public static String tell(int number) {
    return number < 0 || number > 3 ? "?" + number : "ABCD".substring(number, number + 1);
  }

  /** Loads what does not lie where a free slot has its link. */
  public static int contents(long address) {
    return RawMemory.loadLinkPlain(address + Long.BYTES);
  }

  /** Stores where a free slot has its link, and behind. */
  public static void setContents(long address, int contents) {
    RawMemory.storeLinkPlain(address, contents);
    RawMemory.storeLinkPlain(address + Long.BYTES, contents);
  }
}
