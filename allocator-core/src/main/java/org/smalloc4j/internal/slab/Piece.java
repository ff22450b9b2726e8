package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A stretch of free slots of an area that goes back to the operating system as one. It grows
 * downwards; used by the one thread that purges.
 */
final class Piece {
  private static final int WORD_SLOTS = SlotSetLayout.WORD_SLOTS;

  private final SharedWords words;
  private final SlotSet purged;
  private final VirtualMemory os;
  private final long osPageBytes;

  private int slab;
  private int sizeClass;
  private long area;
  private long frontier;

  /** The piece, from address to address. */
  private long pieceStart;

  private long pieceEnd;

  /** Slots of the piece that are taken from the limit. */
  private long takenSlots;

  /** Whether somebody wants to know what was resident: that takes a second system call. */
  private boolean isCounting;

  private long bytesGivenBack;

  /** Creates a piece of nothing. */
  Piece(SharedWords words, VirtualMemory os) {
    this.words = words;
    this.os = os;
    purged = words.sorted().purged();
    osPageBytes = os.osPageBytes();
  }

  /** Begins with an area; nothing is in the piece. */
  void begin(int slab, int sizeClass, long frontier) {
    this.slab = slab;
    this.sizeClass = sizeClass;
    this.frontier = frontier;
    area = words.layout().area(slab, sizeClass);
  }

  /** Begins to count what is given back, or ends it. */
  void count(boolean isCounting) {
    this.isCounting = isCounting;
  }

  boolean isCounting() {
    return isCounting;
  }

  /** Returns the bytes that were resident and no longer are, since the last call. */
  long takeBytesGivenBack() {
    long bytes = bytesGivenBack;
    bytesGivenBack = 0;
    return bytes;
  }

  /** Tells whether all slots between an address and the frontier are in the piece. */
  boolean isAtFrontier(long address) {
    return pieceStart == address && pieceEnd == addressOf(frontier);
  }

  /** Counts slots, which are about to be added, as taken from the limit. */
  void addTaken(int slots) {
    takenSlots += slots;
  }

  /** Adds the slots between two addresses; those added before are flushed if they do not follow. */
  void add(long start, long end) {
    if (end != pieceStart) {
      flush();
      pieceEnd = end;
    }
    pieceStart = start;
  }

  /** Gives the piece back, and lowers the frontier if it ends there; else its slots are purged. */
  void flush() {
    if (pieceStart == pieceEnd) {
      return;
    }
    giveBack();
    long first = (pieceStart - area) >> sizeClass;
    boolean falls =
        pieceEnd == addressOf(frontier) && words.casFrontier(slab, sizeClass, frontier, first);
    if (!falls) {
      putPiece(first, (pieceEnd - area) >> sizeClass);
    }
    words.limit().giveBack(takenSlots << sizeClass);
    takenSlots = 0;
    pieceStart = 0;
    pieceEnd = 0;
  }

  private void putPiece(long first, long end) {
    for (long slot = first & -WORD_SLOTS; slot < end; ) {
      long bits = -1L << Math.max(0, first - slot);
      if (end - slot < WORD_SLOTS) {
        bits &= (1L << (end - slot)) - 1;
      }
      purged.put(slab, sizeClass, slot, bits);
      slot += WORD_SLOTS;
    }
  }

  /** Gives the piece back, or clears it. */
  private void giveBack() {
    long lastOsPage = Math.max(pieceStart, pieceEnd & -osPageBytes);
    long cleared = lastOsPage;
    long byteSize = lastOsPage - pieceStart;
    try {
      if (byteSize != 0 && (isCounting || !os.drop(pieceStart, byteSize))) {
        bytesGivenBack += os.discard(pieceStart, byteSize);
      }
    } catch (OsException | OutOfMemoryError | StackOverflowError refused) {
      // No Java heap for the first, or no stack for the system call: a refusal like any other.
      cleared = pieceStart;
    }
    clear(cleared, pieceEnd);
  }

  /** Clears a stretch without a call that is deep: there may be no stack for one. */
  static void clear(long start, long end) {
    for (long address = start; address < end; address += Integer.BYTES) {
      RawMemory.storeLinkPlain(address, 0);
    }
  }

  private long addressOf(long slot) {
    return area + (slot << sizeClass);
  }
}
