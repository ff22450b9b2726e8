package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.internal.os.AlignedReservation;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** Blocks that are a mapping each, and a table of them. For any number of threads. */
final class Mappings {
  /*
   * Idea: the operating system is the heap; a table leads from the OS page where a block begins to
   * the size of its mapping.
   *
   *   entry   +size at a live block, -size at one that was freed, 0 where none ever began
   *   map     mmap; the entry. If there is no room for that: munmap
   *   unmap   the entry to -size by CAS, which one thread wins; munmap. Refused: the entry to +size
   *   move    the entry to -size; mremap; the entry at the new address, for which there is room
   *           whatever it will be. The old one goes first: its addresses are free when mremap
   *           returns, and another thread's mmap may have them.
   *
   * Invariants: mappings of live blocks do not overlap, and nothing else is held. The entry of a
   * freed block may lie inside a live one, which decides then.
   */

  /** Where no block is. */
  static final long NONE = 0;

  private final VirtualMemory os;
  private final long osPageBytes;
  private final OsPageMap entries;

  Mappings(VirtualMemory os) {
    this.os = os;
    osPageBytes = os.osPageBytes();
    entries = new OsPageMap(osPageBytes);
  }

  /**
   * Maps a block; it is zero.
   *
   * @throws OsException if the system refuses
   */
  long map(long byteSize, long byteAlignment) throws OsException {
    long mappedBytes = roundedUp(byteSize);
    long address = AlignedReservation.reserveWithin(os, mappedBytes, byteAlignment);
    try {
      entries.put(address, mappedBytes);
    } catch (Throwable noRoom) { // for a part of the table on the Java heap
      AlignedReservation.releaseBecauseOf(noRoom, os, address, mappedBytes);
      throw noRoom;
    }
    return address;
  }

  /** Returns the bytes of the live block at an address, or says what is wrong with that. */
  long checkedBytes(long address) {
    long heldBytes = entries.get(address);
    if (heldBytes <= 0 || !isOsPageStart(address)) {
      throw StrayAddress.refusal(entries, address);
    }
    return heldBytes;
  }

  /** Tells whether a block begins at an address, live or freed, and none lies around it. */
  boolean isHandedOut(long address) {
    long heldBytes = isOsPageStart(address) ? entries.get(address) : 0;
    return heldBytes > 0 || (heldBytes < 0 && StrayAddress.wasFreed(entries, address));
  }

  private boolean isOsPageStart(long address) {
    return (address & (osPageBytes - 1)) == 0;
  }

  /**
   * Unmaps a live block.
   *
   * @throws IllegalStateException if another thread has just done so, or the system refuses; the
   *     block is live then
   */
  void unmap(long address, long heldBytes) {
    end(address, heldBytes, NONE);
  }

  /**
   * Copies a live block to another one, as far as that reaches, and unmaps it.
   *
   * @throws IllegalStateException as {@link #unmap}
   * @throws StackOverflowError if that comes between the pieces of a copy; the block is live then
   */
  void unmapCopied(long address, long heldBytes, long copy) {
    end(address, heldBytes, copy);
  }

  private void end(long address, long heldBytes, long copy) {
    claim(address, heldBytes, -heldBytes); // before the copy: nobody else unmaps it meanwhile
    boolean ended = false;
    try {
      if (copy != NONE) {
        RawMemory.copy(address, copy, Math.min(heldBytes, entries.get(copy)));
      }
      os.release(address, heldBytes);
      ended = true;
    } catch (OsException refused) {
      throw notUnmapped(address, refused);
    } finally {
      if (!ended) {
        entries.replace(address, -heldBytes, heldBytes);
      }
    }
  }

  /**
   * Changes the size of a live block without a copy.
   *
   * @param mayMove whether it may begin elsewhere afterwards, at any OS page
   * @return where it begins; {@link #NONE} if that cannot be done, and nothing has changed
   */
  long resize(long address, long heldBytes, long byteSize, boolean mayMove) {
    long newBytes = roundedUp(byteSize);
    if (newBytes > heldBytes) {
      return grow(address, heldBytes, newBytes, mayMove);
    }
    if (newBytes < heldBytes) {
      shrink(address, heldBytes, newBytes);
    }
    return address;
  }

  private long grow(long address, long heldBytes, long newBytes, boolean mayMove) {
    OsPageMap.Spare spare = new OsPageMap.Spare();
    claim(address, heldBytes, -heldBytes);
    long resized = NONE;
    try {
      resized = os.resize(address, heldBytes, newBytes, mayMove);
    } finally {
      if (resized == NONE) {
        entries.replace(address, -heldBytes, heldBytes);
      }
    }
    if (resized != NONE) {
      entries.put(resized, newBytes, spare);
    }
    return resized;
  }

  /** Gives the end of a block back; it stays as large as it was where the system refuses. */
  private void shrink(long address, long heldBytes, long newBytes) {
    claim(address, heldBytes, newBytes);
    boolean shrunk = false;
    try {
      os.release(address + newBytes, heldBytes - newBytes);
      shrunk = true;
    } catch (OsException refused) {
      // large enough as it is
    } finally {
      if (!shrunk) {
        entries.replace(address, newBytes, heldBytes);
      }
    }
  }

  /** Changes the entry of a live block; of threads that do so at once, one comes through. */
  private void claim(long address, long heldBytes, long entry) {
    if (!entries.replace(address, heldBytes, entry)) {
      throw StrayAddress.freed(address);
    }
  }

  private static IllegalStateException notUnmapped(long address, OsException refused) {
    return new IllegalStateException(
        "the block at 0x"
            + Long.toHexString(address)
            + " is live still, the system does not unmap it: raise the number of mappings that a"
            + " process may have (vm.max_map_count)",
        refused);
  }

  private long roundedUp(long byteSize) {
    return (Math.max(byteSize, 1) + osPageBytes - 1) & -osPageBytes;
  }

  /** Counts the live blocks by size; each is looked at at an instant of its own. */
  AllocatorStats stats() {
    Map<Long, Long> counts = new TreeMap<>();
    entries.forEach(
        (_, entry) -> {
          if (entry > 0) {
            counts.merge(entry, 1L, Long::sum);
          }
        });
    List<SizeClassStats> classes = new ArrayList<>();
    long blocks = 0;
    long bytes = 0;
    for (Map.Entry<Long, Long> count : counts.entrySet()) {
      classes.add(new SizeClassStats(count.getKey(), count.getValue(), 0));
      blocks += count.getValue();
      bytes += count.getKey() * count.getValue();
    }
    return new AllocatorStats(bytes, blocks, bytes, bytes, Long.MAX_VALUE, 0, classes, 0);
  }

  /**
   * Unmaps all live blocks.
   *
   * @throws IllegalStateException if the system refuses some, which stay live; the others are gone
   */
  void unmapAll() {
    @Nullable IllegalStateException[] refusal = {null};
    entries.forEach(
        (address, entry) -> {
          if (entry > 0) {
            try {
              unmap(address, entry);
            } catch (IllegalStateException refused) {
              refusal[0] = refused;
            }
          }
        });
    if (refusal[0] != null) {
      throw refusal[0];
    }
  }
}
