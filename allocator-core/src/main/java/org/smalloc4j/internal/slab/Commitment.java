package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/**
 * What of a region can be accessed, where that is not all of it: the beginnings of areas, as far as
 * their frontiers have come, and a little more. Lock-free.
 */
public final class Commitment implements Ahead {
  /*
   * Idea: memory counts for ulimit -d, strict overcommit and mlockall from when it can be accessed,
   * so it is made accessible before a frontier passes it, in steps that double up to 64 MiB.
   *
   *   [ committed ......... | not accessible ................ ]  an area
   *      frontier ^
   *
   *   slots[area]       bytes committed from the beginning of the area; they only grow
   *   freeWords[area]   the same of the free words of an area that threads own, whose place is not
   *                     covered by the stash of its slab
   *   stashes[slab]     whether the stash, magazines and outboxes, is committed, or at least counted
   *
   * A claim commits first and moves the frontier then. So everything that a frontier or a link leads
   * to is accessible, and as nothing becomes inaccessible again, it stays so: a racy load of a slot
   * that is another thread's by now reads garbage, and does not fault.
   *
   * What is committed makes one stretch with what was before it, for the kernel too: a mapping for
   * each, and one for the gap behind it. So stretches are counted, MOST_STRETCHES of them for at most
   * 2 * 240 + 1 mappings. Where they are used up an area that has none is as good as full, and a
   * malloc goes on to one of its class that has. The last ones are for classes that have none yet.
   *
   * Invariant: frontier << class <= slots[area].
   */

  /** Stretches of a region, at the most. */
  static final int MOST_STRETCHES = 240;

  /** Stretches for the first area of each class, and the slabs of an annex. */
  private static final int RESERVED = SizeClass.COUNT + 16;

  private static final long SMALLEST_STEP = 64 << 10;
  private static final long LARGEST_STEP = 64 << 20;

  /** Bytes of free words that are committed with a stash: all of those of 1 KiB and more. */
  private static final long FREE_WORDS_OF_A_STASH = 4 << 20;

  private static final int STASH_STRETCHES = 3;

  private static final int NOT_COUNTED = 0;
  private static final int COUNTED = 1;
  private static final int COMMITTED = 2;

  private final VirtualMemory os;
  private final long osPageBytes;
  private final RegionLayout layout;
  private final StashLayout stash;
  private final AtomicLongArray slots;
  private final AtomicLongArray freeWords;
  private final AtomicIntegerArray stashes = new AtomicIntegerArray(RegionLayout.SLABS);
  private final AtomicIntegerArray hasArea = new AtomicIntegerArray(SizeClass.COUNT);
  private final AtomicInteger stretches = new AtomicInteger();

  /** Racy: for a message. */
  private boolean hasRefused;

  private Commitment(VirtualMemory os, RegionLayout layout, int slabs) {
    this.os = os;
    this.layout = layout;
    osPageBytes = os.osPageBytes();
    stash = StashLayout.of(layout);
    slots = new AtomicLongArray(slabs * SizeClass.COUNT);
    freeWords = new AtomicLongArray(RegionLayout.SLABS * SizeClass.COUNT);
  }

  /**
   * Commits the shared words of a region that nobody can access yet.
   *
   * @param annex its other half; null if it has none
   * @throws OsException if the system refuses
   */
  static Commitment of(VirtualMemory os, RegionLayout layout, @Nullable RegionLayout annex)
      throws OsException {
    int slabs = RegionLayout.SLABS + (annex == null ? 0 : annex.slabs());
    Commitment commitment = new Commitment(os, layout, slabs);
    commitment.stretches.set(1);
    long byteSize = layout.wordsEnd() - layout.base();
    if (!os.commit(layout.base(), byteSize)) {
      throw new OsException("mprotect of " + byteSize + " bytes", OsException.NO_MEMORY);
    }
    return commitment;
  }

  /** Returns how many stretches there are. */
  int stretches() {
    return stretches.get();
  }

  /** Commits the first slots of an area, and their free words if threads own them. */
  @Override
  public boolean reach(RegionLayout of, int slab, int sizeClass, long slotCount, boolean isOwned) {
    long byteSize = slotCount << sizeClass;
    int index = (isInAnnex(of) ? RegionLayout.SLABS + slab : slab) * SizeClass.COUNT + sizeClass;
    // Volatile: pairs with the CAS of raise. Who sees the bytes comes after the call that committed
    // them; who does not makes the same call again, and that changes nothing.
    if (byteSize <= slots.get(index)) {
      return true;
    }
    if (isOwned && !(commitStash(slab) && reachFreeWords(slab, sizeClass, slotCount))) {
      return false;
    }
    long area = of.area(slab, sizeClass);
    int most = most(of, sizeClass, isOwned);
    boolean done = grow(slots, index, area, byteSize, 1L << of.areaBits(), most);
    if (done) {
      hasArea.set(sizeClass, 1);
    }
    return done;
  }

  private boolean isInAnnex(RegionLayout of) {
    return of.base() != layout.base();
  }

  private boolean reachFreeWords(int slab, int sizeClass, long slotCount) {
    long start = stash.freeWord(slab, sizeClass, 0);
    if (start - stash.noFreeWord(slab) < FREE_WORDS_OF_A_STASH) {
      return true; // the last of them too: there are as many as have their place before the first
    }
    long byteSize = stash.freeWord(slab, sizeClass, slotCount - 1) - start + StashLayout.WORD_BYTES;
    long wordsBytes = start - stash.noFreeWord(slab);
    int index = slab * SizeClass.COUNT + sizeClass;
    return byteSize <= freeWords.get(index)
        || grow(freeWords, index, start, byteSize, wordsBytes, MOST_STRETCHES - RESERVED);
  }

  /**
   * Commits what the owner of a slab needs beside its slots.
   *
   * @return false if the system refuses, or there are too many stretches
   */
  boolean commitStash(int slab) {
    if (hasStash(slab)) {
      return true;
    }
    if (stashes.get(slab) == NOT_COUNTED) {
      if (!tryAddStretches(STASH_STRETCHES, MOST_STRETCHES - RESERVED)) {
        return false;
      }
      if (!stashes.compareAndSet(slab, NOT_COUNTED, COUNTED)) {
        stretches.addAndGet(-STASH_STRETCHES); // another thread has counted them
      }
    }
    long start = stash.noFreeWord(slab);
    long headBytes = Math.min(FREE_WORDS_OF_A_STASH, (1L << stash.areaBits()) / 4);
    int afterLast = stash.largestOwnedClass() + 1;
    boolean done =
        commit(start, start + headBytes)
            && commit(stash.magazine(slab, SizeClass.SMALLEST), stash.magazine(slab, afterLast))
            && commit(stash.outboxes(slab), stash.outboxesEnd(slab));
    if (done) {
      stashes.set(slab, COMMITTED);
    }
    return done;
  }

  /** Tells whether what the owner of a slab needs is committed. */
  boolean hasStash(int slab) {
    // Volatile: pairs with the store of commitStash, before which the calls come that commit it.
    return stashes.get(slab) == COMMITTED;
  }

  /**
   * Commits the first {@code byteSize} bytes or more of {@code most}.
   *
   * @param mostStretches how many there may be if this is a new one
   */
  private boolean grow(
      AtomicLongArray committed,
      int index,
      long start,
      long byteSize,
      long most,
      int mostStretches) {
    long before = committed.get(index);
    if (before == 0 && !tryAddStretches(1, mostStretches)) {
      return false;
    }
    long needed = Math.min((byteSize + osPageBytes - 1) & -osPageBytes, most);
    long step = Math.clamp(before, SMALLEST_STEP, LARGEST_STEP);
    long wanted = Math.min(Math.max(needed, before + step), most);
    if (!commit(start + before, start + wanted)) {
      wanted = needed;
      if (!commit(start + before, start + wanted)) {
        wanted = 0;
      }
    }
    boolean isFirst = wanted != 0 && raise(committed, index, wanted) == 0;
    if (before == 0 && !isFirst) {
      stretches.decrementAndGet();
    }
    return wanted != 0;
  }

  /** Raises committed bytes to a number at least; returns what they were. */
  private static long raise(AtomicLongArray committed, int index, long bytes) {
    while (true) {
      long before = committed.get(index);
      // Volatile CAS: pairs with the loads of reach.
      //   release half: the call that committed the bytes comes before.
      if (before >= bytes || committed.compareAndSet(index, before, bytes)) {
        return before;
      }
    }
  }

  /** Returns how many stretches there may be with a new area. */
  private int most(RegionLayout of, int sizeClass, boolean isOwned) {
    boolean isFirst = !isOwned && hasArea.get(sizeClass) == 0;
    return isFirst || isInAnnex(of) ? MOST_STRETCHES : MOST_STRETCHES - RESERVED;
  }

  private boolean tryAddStretches(int more, int most) {
    // Volatile CAS: a number that guards no other memory, and must not lose an update.
    for (int before = stretches.get(); before + more <= most; before = stretches.get()) {
      if (stretches.compareAndSet(before, before + more)) {
        return true;
      }
    }
    return false;
  }

  /** Commits a stretch, as far as OS pages go. */
  private boolean commit(long start, long end) {
    try {
      long first = start & -osPageBytes;
      long behind = (end + osPageBytes - 1) & -osPageBytes;
      boolean done = behind <= first || os.commit(first, behind - first);
      hasRefused |= !done;
      return done;
    } catch (OutOfMemoryError | StackOverflowError refused) {
      return false; // no stack for the system call: a refusal like any other
    }
  }

  /** Says why the system has refused to make so much accessible; empty if it never refused. */
  String whyRefused(long byteSize) {
    return hasRefused
        ? os.whyRefused(new OsException("mprotect", OsException.NO_MEMORY), byteSize)
        : "";
  }
}
