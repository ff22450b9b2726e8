package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** Gives the memory of freed slots back where none are sorted. One at a time per heap. */
final class ListTrim {
  /*
   * In an annex, and in a region that becomes accessible bit by bit, there is no place beside the
   * slots (SortedSlots), so the free ones stay on their lists. Per list: take the whole freed list,
   * which makes its slots this thread's own.
   *
   *   All slots below the frontier are there: give back everything, zero what shares its last OS
   *   page with the slots beyond, and lower the frontier to 0. If the system refuses, or somebody
   *   claimed a slot meanwhile, the frontier stays; the slots are linked anew and pushed back.
   *
   *   Else, slots of two OS pages or more: give back all but the first OS page of each, which holds
   *   the link, and push the chain back. Smaller slots: push the chain back as it is.
   */

  private final LargeBlocks large;
  private final VirtualMemory os;
  private final long osPageBytes;
  private long bytesGivenBack;
  private @Nullable IllegalStateException damage;

  /** Creates what trims the annex of a heap, any number of times. */
  ListTrim(LargeBlocks large, VirtualMemory os) {
    this.large = large;
    this.os = os;
    osPageBytes = os.osPageBytes();
  }

  /** Returns the bytes that were resident and no longer are, since the last call. */
  long takeBytesGivenBack() {
    long bytes = bytesGivenBack;
    bytesGivenBack = 0;
    return bytes;
  }

  /** Returns the first damage that was met since the last call, null if none was. */
  @Nullable IllegalStateException takeDamage() {
    IllegalStateException met = damage;
    damage = null;
    return met;
  }

  /** Trims a list; returns whether the area is empty from now on. */
  boolean trim(SharedWords words, int slab, int sizeClass) {
    long list = words.takeAll(slab, sizeClass);
    if (list == 0) {
      return false;
    }
    long frontier = words.frontier(slab, sizeClass);
    long sound = words.soundPart(list, slab, sizeClass);
    int slots = TakenList.slots(sound);
    if (LargeBlocks.isLarge(sizeClass)) {
      noteTrim(words, list, sound, slab, sizeClass);
    }
    if (Integer.toUnsignedLong(slots) == frontier && words.isWhole(sound, slab, sizeClass)) {
      boolean isEmpty = emptyArea(words, slab, sizeClass, frontier);
      words.counts().removed(slab, sizeClass, slots);
      return isEmpty;
    }
    if (SizeClass.slotBytes(sizeClass) >= 2 * osPageBytes) {
      discardTails(words, list, sound, slab, sizeClass);
    }
    IllegalStateException met = words.giveBack(list, sound, slab, sizeClass);
    words.counts().removed(slab, sizeClass, met == null ? slots : TakenList.slots(list));
    noteDamage(met);
    return false;
  }

  /** Notes damage that was met, if it is the first. */
  void noteDamage(@Nullable IllegalStateException met) {
    damage = damage == null ? met : damage;
  }

  private void noteTrim(SharedWords words, long list, long sound, int slab, int sizeClass) {
    int code = TakenList.first(list);
    for (int i = 0; i != TakenList.slots(sound); i++) {
      long address = words.layout().address(slab, sizeClass, code);
      large.beforeTrim(address);
      code = RawMemory.loadLinkPlain(address); // plain: the slot is this thread's
    }
  }

  /** All {@code slots} slots below the frontier belong to this thread. */
  private boolean emptyArea(SharedWords words, int slab, int sizeClass, long slots) {
    long area = words.layout().area(slab, sizeClass);
    long end = area + (slots << sizeClass);
    long lastOsPage = end & -osPageBytes;
    if (discard(area, lastOsPage - area)) {
      RawMemory.zero(lastOsPage, end - lastOsPage);
      if (words.casFrontier(slab, sizeClass, slots, 0)) {
        words.limit().giveBack(slots << sizeClass);
        return true;
      }
    }
    long last = end - SizeClass.slotBytes(sizeClass);
    for (int code = 1; Integer.toUnsignedLong(code) < slots; code++) {
      long address = words.layout().address(slab, sizeClass, code);
      RawMemory.storeLinkPlain(address, code + 1);
    }
    words.pushChain(1, last, (int) slots, slab, sizeClass);
    return false;
  }

  private void discardTails(SharedWords words, long list, long sound, int slab, int sizeClass) {
    int code = TakenList.first(list);
    for (int i = 0; i != TakenList.slots(sound); i++) {
      long address = words.layout().address(slab, sizeClass, code);
      if (discard(address + osPageBytes, SizeClass.slotBytes(sizeClass) - osPageBytes)
          && LargeBlocks.isLarge(sizeClass)) {
        large.afterTrim(address);
      }
      code = RawMemory.loadLinkPlain(address); // plain: the slot is this thread's
    }
  }

  /** Discards a stretch, possibly empty; returns false if the system refused. */
  private boolean discard(long address, long byteSize) {
    if (byteSize == 0) {
      return true;
    }
    try {
      bytesGivenBack += os.discard(address, byteSize);
      return true;
    } catch (OsException | OutOfMemoryError | StackOverflowError refused) {
      // No Java heap for the first, or no stack for the system call: a refusal like any other.
      return false;
    }
  }
}
