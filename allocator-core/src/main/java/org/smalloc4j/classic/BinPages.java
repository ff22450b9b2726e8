package org.smalloc4j.classic;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.os.AlignedReservation;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** The pages of one slot size, of all caches, and the codes of their slots. */
final class BinPages {
  /*
   * Idea: a free slot of 4 bytes has no room for an address, so a link is a code: the slot's place
   * in the order in which pages came, from 1 on.
   *
   *   code = (number of its page * slots per page + slot in the page) + 1        0: no slot
   *
   *   slot bytes    4     8     16   …  4,096    8,192    16,384
   *   page bytes    4,096 ………………………………………    8,192    16,384     (OS pages of 4 KiB)
   *   in a page     1,024 512   256  …  1        1        1
   *
   * 32 bits are enough for 16 GiB of 4-byte slots, and for more of the others.
   *
   * The other way, an OS page map leads from an address to the number of its page and its slot size.
   *
   * Invariants: pages[0 .. count) are mapped until the end, at multiples of their size; for a slot of
   * pages[n] the map has entry(n) at each OS page of it.
   */

  /** As many slots of a size as there are codes but 0. */
  static final long MOST_SLOTS = 0xffff_ffffL;

  /** Bits of an entry of the page map below the page's number: log2 of the slot's bytes. */
  static final int SHIFT_BITS = 5;

  private final VirtualMemory os;
  private final OsPageMap map;
  private final int slotShift;
  private final int slotsPerPageShift;
  private final long pageBytes;
  private final long mostSlots;

  /**
   * Volatile, written under the lock. Who has a code or an entry that is sound has an edge from the
   * page's add, since a slot of it was handed out; who has a damaged one may see any array.
   */
  private volatile @Nullable BinPage[] pages = new BinPage[4];

  /** Guarded by the lock. */
  private int count;

  /** Taken under the lock of a cache. Not a monitor: see {@code PosixMemory}. */
  private final SpinLock lock = new SpinLock();

  BinPages(VirtualMemory os, OsPageMap map, int slotShift, long mostSlots) {
    this.mostSlots = mostSlots;
    this.os = os;
    this.map = map;
    this.slotShift = slotShift;
    pageBytes = Math.max(os.osPageBytes(), 1L << slotShift);
    slotsPerPageShift = Long.numberOfTrailingZeros(pageBytes) - slotShift;
  }

  long slotBytes() {
    return 1L << slotShift;
  }

  int slotsPerPage() {
    return 1 << slotsPerPageShift;
  }

  long pageBytes() {
    return pageBytes;
  }

  /** Returns log2 of the slot's bytes of an entry of the page map. */
  static int slotShiftOf(long entry) {
    return (int) entry & ((1 << SHIFT_BITS) - 1);
  }

  /** Returns the page of an entry of the page map that has this slot size. */
  @Nullable BinPage pageOf(long entry) {
    return page(entry >>> SHIFT_BITS);
  }

  private @Nullable BinPage page(long number) {
    @Nullable BinPage[] known = pages;
    return number < known.length ? known[(int) number] : null;
  }

  /**
   * Maps a further page; its memory is zero.
   *
   * @return the page; null if there are as many slots as codes
   * @throws OsException if the system refuses; nothing has changed
   */
  @Nullable BinPage add() throws OsException {
    lock.lock();
    try {
      return (count + 1L) << slotsPerPageShift > mostSlots ? null : addMapped();
    } finally {
      lock.unlock();
    }
  }

  private BinPage addMapped() throws OsException {
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, 2 * count);
    }
    long address = AlignedReservation.reserveWithin(os, pageBytes, pageBytes);
    try {
      BinPage page = new BinPage(slotShift, slotsPerPage(), address, count);
      for (long offset = 0; offset < pageBytes; offset += os.osPageBytes()) {
        map.prepare(address + offset);
      }
      for (long offset = 0; offset < pageBytes; offset += os.osPageBytes()) {
        map.put(address + offset, (long) count << SHIFT_BITS | slotShift);
      }
      pages[count] = page;
      count++;
      return page;
    } catch (Throwable noRoom) { // on the Java heap
      AlignedReservation.releaseBecauseOf(noRoom, os, address, pageBytes);
      throw noRoom;
    }
  }

  /** Returns the pages in the order in which they came; for pictures. */
  List<BinPage> pages() {
    return Stream.of(pages).limit(count()).map(Objects::requireNonNull).toList();
  }

  /** Returns how many pages there are. */
  int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the code of a slot. */
  int code(BinPage page, int slot) {
    return (page.number() << slotsPerPageShift | slot) + 1;
  }

  /** Tells whether a code is that of a slot that was handed out. */
  boolean isCode(int code) {
    BinPage page = pageOfCode(code);
    return page != null && slotOfCode(code) < page.handedOut();
  }

  /** Returns where the slot of a code begins. */
  long address(int code) {
    BinPage page = Objects.requireNonNull(pageOfCode(code), "a code of these pages");
    return page.address(slotOfCode(code));
  }

  private @Nullable BinPage pageOfCode(int code) {
    return page(Integer.toUnsignedLong(code - 1) >>> slotsPerPageShift);
  }

  private int slotOfCode(int code) {
    return (code - 1) & (slotsPerPage() - 1);
  }

  /** Unmaps all pages; those that the system has refused to unmap are left for another call. */
  void unmapAll() throws OsException {
    @Nullable BinPage[] pages = this.pages;
    for (int i = 0; i < pages.length; i++) {
      BinPage page = pages[i];
      if (page != null) {
        os.release(page.address(0), pageBytes);
        pages[i] = null;
      }
    }
  }
}
