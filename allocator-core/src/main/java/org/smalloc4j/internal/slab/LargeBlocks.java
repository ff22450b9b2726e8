package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The memory behind slots of 1 MiB and more: what is given back to the operating system without a
 * trim, and what is cleared. Waits for no other thread; nothing here is refused to the caller.
 */
public final class LargeBlocks {
  /*
   * A free slot is warm, its memory as its last owner left it, or cold: given back, but for the OS
   * page with the link. Its third and fourth 4 bytes say which; they are the thread's that frees it
   * or takes it, as the rest of the slot is.
   *
   *   free   warm, while the warm slots of the heap are no more than MOST_WARM bytes together; else
   *          it is made cold, one system call, whose cost is that of what was touched. What counts:
   *            to 4 MiB        about what was touched, by 16 looks at one slot in so many that about
   *                            64 MiB go by between two looks; the others count as that one. Of a
   *                            table that stayed by 3: it was filled from its beginning
   *            8 to 32 MiB     all: a calloc would look again at a warm one, and not at a cold one
   *            64 MiB and more about what was touched, each time: tables grow there. Little is given
   *                            back in any case, as the looks may have missed as much
   *   take   a warm one is no longer counted; of a cold one the first OS page is cleared, and then
   *          it is as fresh as one that was never handed out
   *   trim   makes all of them cold
   *
   *   mark   [WARM:32 | counted OS pages:32], or COLD, or neither
   *
   * So a program that frees and allocates within MOST_WARM makes no system call, and no more stays
   * resident for nothing. A mark that was overwritten after the free makes the slot neither: it is
   * counted for ever, or cleared in full.
   */

  /** Class of the smallest large slots, 1 MiB. */
  private static final int SMALLEST = 20;

  /** Smaller blocks are cleared sooner than the system is asked about them, 4 MiB. */
  private static final long SMALLEST_LOOKED_AT = 4 << 20;

  /** Class of the largest slots of which one in so many is looked at, 4 MiB. */
  private static final int LARGEST_OF_A_SAMPLE = 22;

  /** Class of the slots in which a few tables stay however small they become, 4 MiB. */
  static final int STAYING = 22;

  /** Such tables of a heap, at the most: what lies behind them is 64 MiB together. */
  static final int MOST_STAYING = 16;

  /** Class of the smallest slots in which tables grow, 64 MiB: they are looked at each time. */
  private static final int SMALLEST_OF_TABLES = 26;

  /** Such a slot of which less than one byte in so many is backed does not stay warm. */
  private static final int LEAST_WARM = 8;

  /** One byte in so many of a slot counts where the looks found less. */
  private static final int LEAST_COUNTED = 64;

  /** Spreads the looks, so that they are in step with no program. */
  private static final int GOLDEN_RATIO = 0x9E37_79B9;

  /** Warm slots of a heap together, at the most, in bytes. */
  static final long MOST_WARM = 64 << 20;

  private static final int MARK_OFFSET = 8; // behind link and length
  private static final long WARM = 0x5741_524DL << Integer.SIZE;
  private static final long COUNTED_MASK = (1L << Integer.SIZE) - 1;
  private static final long COLD = 0x434F_4C44_434F_4C44L;
  private static final long NEITHER = 0;

  private final VirtualMemory os;
  private final long osPageBytes;
  private final TablePages tables;
  private final SlotEntries staying = new SlotEntries(MOST_STAYING);
  private final AtomicLong warmBytes = new AtomicLong();

  /** Frees of each class; racy: one that is lost moves the next look. */
  private final int[] frees = new int[SizeClass.COUNT];

  /** What a freed slot of each class counts; racy: the answer of a look at another is as good. */
  private final long[] touched = new long[SizeClass.COUNT];

  /** Creates what sees to the large slots of the heap of a fresh region. */
  LargeBlocks(Region region) {
    os = region.os();
    osPageBytes = os.osPageBytes();
    tables = TablePages.of(region);
  }

  /** Tells whether slots of a class are large. */
  static boolean isLarge(int sizeClass) {
    return sizeClass >= SMALLEST;
  }

  /** Returns which slots have huge pages. */
  TablePages tables() {
    return tables;
  }

  /** Returns the slots of the tables that stay in them. */
  SlotEntries staying() {
    return staying;
  }

  /** Returns the bytes of the warm slots, as far as is known. */
  long warmBytes() {
    return warmBytes.get();
  }

  /** Makes a slot ready for a table that has outgrown another one, and is copied to it. */
  void beforeTable(long address, int sizeClass) {
    if (sizeClass >= SMALLEST_OF_TABLES) {
      tables.add(address, SizeClass.slotBytes(sizeClass));
    } else if (sizeClass == STAYING) {
      boolean _ = staying.add(address);
    }
  }

  /** Makes a slot ready for its push: the caller's, who has stack for a system call. */
  void beforePush(long address, int sizeClass) {
    long byteSize = SizeClass.slotBytes(sizeClass);
    if (sizeClass >= SMALLEST_OF_TABLES) {
      tables.remove(address, byteSize);
    }
    boolean isStaying = sizeClass == STAYING && staying.remove(address);
    long bytes = counting(address, sizeClass, isStaying);
    boolean isLittle = sizeClass >= SMALLEST_OF_TABLES && bytes < byteSize / LEAST_WARM;
    if (!isLittle && tryCount(bytes)) {
      RawMemory.storePlain(address + MARK_OFFSET, warm(bytes));
    } else {
      boolean isCold = drop(address + osPageBytes, byteSize - osPageBytes);
      RawMemory.storePlain(address + MARK_OFFSET, isCold ? COLD : NEITHER);
    }
  }

  /** Returns how much of a slot counts as warm, if it stays so. */
  private long counting(long address, int sizeClass, boolean isStaying) {
    if (sizeClass <= LARGEST_OF_A_SAMPLE) {
      return touchedAbout(address, sizeClass, isStaying);
    }
    long byteSize = SizeClass.slotBytes(sizeClass);
    return sizeClass < SMALLEST_OF_TABLES ? byteSize : backedAbout(address, byteSize);
  }

  /** Returns about how much of a slot was touched: of this one, or of one that was freed before. */
  private long touchedAbout(long address, int sizeClass, boolean isStaying) {
    int log2OfUnlooked = Long.numberOfTrailingZeros(MOST_WARM >> sizeClass);
    int turn = frees[sizeClass]++ * GOLDEN_RATIO;
    if (turn >>> (Integer.SIZE - log2OfUnlooked) == 0) {
      long byteSize = SizeClass.slotBytes(sizeClass);
      long found =
          isStaying
              ? backedFromBeginning(address, byteSize)
              : Math.max(backedAbout(address, byteSize), byteSize / LEAST_COUNTED);
      long before = touched[sizeClass];
      touched[sizeClass] = found > before ? found : (before + found) / 2 & -osPageBytes;
    }
    return touched[sizeClass];
  }

  /** The same for a slot that is given up in the middle of a call: makes no system call. */
  void beforeGivingUp(long address, int sizeClass) {
    long byteSize = SizeClass.slotBytes(sizeClass);
    boolean _ = staying.remove(address);
    count(byteSize);
    RawMemory.storePlain(address + MARK_OFFSET, warm(byteSize));
  }

  private long warm(long bytes) {
    return WARM | (bytes / osPageBytes);
  }

  private boolean isWarm(long mark) {
    return (mark & ~COUNTED_MASK) == WARM;
  }

  private long counted(long mark) {
    return (mark & COUNTED_MASK) * osPageBytes;
  }

  private long backedAbout(long address, long byteSize) {
    return backedAbout(address, byteSize, address);
  }

  /** Returns about how much of a stretch is backed; writes to {@code answer}. */
  private long backedAbout(long address, long byteSize, long answer) {
    try {
      RawMemory.storePlain(answer, 0); // backed, for the system to answer there
      return os.backedAbout(address, byteSize, answer) & -osPageBytes;
    } catch (OutOfMemoryError | StackOverflowError unknown) {
      return byteSize;
    }
  }

  /** Returns about how much of a table's slot is backed, which was filled from its beginning. */
  private long backedFromBeginning(long address, long byteSize) {
    long found = byteSize / LEAST_COUNTED;
    while (found < byteSize && backedAbout(address + found, osPageBytes, address) != 0) {
      found <<= 2;
    }
    return found;
  }

  /** Takes note of a slot that was popped; tells whether it is zero now. */
  boolean afterPop(long address) {
    long mark = RawMemory.loadPlain(address + MARK_OFFSET);
    if (isWarm(mark)) {
      count(-counted(mark));
    } else if (mark == COLD) {
      RawMemory.zero(address, osPageBytes);
      return true;
    }
    RawMemory.storePlain(address + MARK_OFFSET, NEITHER);
    return false;
  }

  /** Takes note of a free slot whose memory a trim is about to give back. */
  void beforeTrim(long address) {
    long mark = RawMemory.loadPlain(address + MARK_OFFSET);
    if (isWarm(mark)) {
      count(-counted(mark));
      RawMemory.storePlain(address + MARK_OFFSET, NEITHER);
    }
  }

  /** Notes that a trim has given all but the first OS page of a slot back. */
  void afterTrim(long address) {
    RawMemory.storePlain(address + MARK_OFFSET, COLD);
  }

  /** Counts bytes as warm, if they are not too many. */
  private boolean tryCount(long bytes) {
    if (count(bytes) <= MOST_WARM) {
      return true;
    }
    count(-bytes);
    return false;
  }

  private long count(long bytes) {
    // Volatile add: a number that guards no other memory, and must not lose an update.
    return warmBytes.addAndGet(bytes);
  }

  /** Gives back the OS pages of a slot behind the first {@code byteSize} bytes, if it is large. */
  void dropTail(long address, long byteSize, int sizeClass) {
    if (!isLarge(sizeClass)) {
      return;
    }
    long kept = (byteSize + osPageBytes - 1) & -osPageBytes;
    drop(address + kept, SizeClass.slotBytes(sizeClass) - kept);
  }

  /**
   * Clears a block. A large one of which most was never touched is cleared by giving its memory
   * back, since all of it would be touched otherwise; any other in place, since OS pages that are
   * used again cost many times what clearing them does (ADR 13).
   *
   * @throws StackOverflowError as {@link RawMemory#zero}
   */
  public void zero(long address, long byteSize) {
    if (byteSize < SMALLEST_LOOKED_AT) {
      RawMemory.zero(address, byteSize);
      return;
    }
    long osPages = (byteSize + osPageBytes - 1) & -osPageBytes;
    if (2 * backedAbout(address, osPages) > osPages || !drop(address, osPages)) {
      RawMemory.zero(address, byteSize);
    }
  }

  private boolean drop(long address, long byteSize) {
    try {
      return os.drop(address, byteSize);
    } catch (OutOfMemoryError | StackOverflowError refused) {
      return false; // no stack for the system call: a refusal like any other
    }
  }
}
