package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.os.AlignedReservation;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** The slabs of all classes. The allocator's lock guards it. */
final class SlabSpace {
  /*
   * classes   8 -> slab -> slab -> slab        a list of slabs for each class, new ones first
   *          16 -> slab
   *          32
   *
   * Whenever the system is called, all lists and figures are whole: a thread that comes back into
   * the allocator from there may free blocks. It is given none, since that could need a slab again.
   *
   * An empty slab goes back to the system if that is wanted, but one of each class stays; otherwise
   * a pair of malloc and free could cost two system calls.
   */

  private final VirtualMemory os;
  private final int slabBytes;
  private final SlabClass[] classes;
  private final @Nullable SlabTable table;
  private final boolean reclaims;
  private final Steps steps;
  private long slabs;

  SlabSpace(
      VirtualMemory os,
      int slabBytes,
      SlabClass[] classes,
      OwnerSearch search,
      boolean reclaims,
      Steps steps) {
    this.os = os;
    this.slabBytes = slabBytes;
    this.classes = classes;
    this.reclaims = reclaims;
    this.steps = steps;
    table =
        search == OwnerSearch.ARITHMETIC
            ? new SlabTable(Integer.numberOfTrailingZeros(slabBytes))
            : null;
  }

  int slabBytes() {
    return slabBytes;
  }

  SlabClass[] classes() {
    return classes;
  }

  /** Tells whether slabs that are not full stand before those that are. */
  boolean fullOnesAreLast() {
    return table != null;
  }

  /** Returns the bytes of all slabs. */
  long heldBytes() {
    return slabs * slabBytes;
  }

  /** Returns the smallest class that holds such blocks, null if there is none. Needs no lock. */
  @Nullable SlabClass classFor(long byteSize, long byteAlignment) {
    for (SlabClass slabClass : classes) {
      if (slabClass.slotBytes >= byteSize && slabClass.slotAlignment >= byteAlignment) {
        return slabClass;
      }
    }
    return null;
  }

  /**
   * Takes a slot, of a new slab if all are full.
   *
   * @throws OsException if the system refuses a slab; nothing has changed
   * @throws IllegalStateException as {@link Slab#pop}
   */
  long take(SlabClass slabClass, long byteSize) throws OsException {
    Slab slab = slabClass.firstWithFreeSlot(steps, fullOnesAreLast());
    if (slab == null) {
      slab = addSlab(slabClass);
    }
    long address = slab.pop();
    slabClass.noteTaken(byteSize);
    if (slab.isFull() && fullOnesAreLast()) {
      slabClass.moveToEnd(slab);
    }
    return address;
  }

  /** Adds a slab. What can fail comes before the first change. */
  private Slab addSlab(SlabClass slabClass) throws OsException {
    Slab slab = new Slab(slabClass);
    if (table != null) {
      table.makeRoom();
    }
    long stretch =
        slabBytes == os.osPageBytes()
            ? os.reserve(0, slabBytes)
            : AlignedReservation.reserve(os, Integer.numberOfTrailingZeros(slabBytes));
    slab.begin(stretch, slabClass.takeColourBytes());
    steps.add(slab.slots());
    slabClass.prepend(slab);
    if (table != null) {
      table.add(slab);
    }
    slabs++;
    return slab;
  }

  /** Returns the slab that contains an address, null if there is none. */
  @Nullable Slab owner(long address) {
    return table != null ? table.find(address, steps) : walkTo(address);
  }

  private @Nullable Slab walkTo(long address) {
    int seen = 0;
    for (SlabClass slabClass : classes) {
      for (Slab slab = slabClass.first(); slab != null; slab = slab.next) {
        seen++;
        if (slab.contains(address)) {
          steps.add(seen);
          return slab;
        }
      }
    }
    steps.add(seen);
    return null;
  }

  /** Takes a live slot back, and gives its slab to the system if that is empty and not needed. */
  void give(Slab slab, int slot) {
    SlabClass slabClass = slab.slabClass;
    boolean wasFull = slab.isFull();
    slab.push(slot);
    slabClass.noteGiven();
    if (wasFull && fullOnesAreLast()) {
      slabClass.moveToFront(slab);
    }
    if (slab.isEmpty() && reclaims) {
      reclaim(slab);
    }
  }

  private void reclaim(Slab slab) {
    SlabClass slabClass = slab.slabClass;
    Slab spare = slabClass.spare;
    if (spare == null || spare == slab || !spare.isEmpty()) {
      slabClass.spare = slab;
      return;
    }
    try {
      os.release(slab.base(), slabBytes);
    } catch (OsException | OutOfMemoryError refused) {
      return; // the block is free all the same; a trim tries again
    }
    forget(slab);
  }

  private void forget(Slab slab) {
    if (table != null) {
      table.remove(slab);
    }
    slab.slabClass.unlink(slab);
    if (slab.slabClass.spare == slab) {
      slab.slabClass.spare = null;
    }
    slabs--;
  }

  /** Gives all empty slabs back that the system takes; returns the bytes that were resident. */
  long trim() {
    long resident = 0;
    for (SlabClass slabClass : classes) {
      for (Slab slab = slabClass.first(); slab != null; slab = slab.next) {
        if (slab.isEmpty()) {
          resident += trim(slab);
        }
      }
    }
    return resident;
  }

  private long trim(Slab slab) {
    boolean isGone = false;
    try {
      long resident = os.discard(slab.base(), slabBytes);
      os.release(slab.base(), slabBytes);
      isGone = true;
      forget(slab);
      return resident;
    } catch (OsException refused) {
      return 0;
    } finally {
      if (!isGone) {
        slab.thread(); // the links are gone with the contents
      }
    }
  }

  /** Gives all slabs back, live slots or not; returns how many the system has refused to take. */
  int releaseAll() {
    int refused = 0;
    for (SlabClass slabClass : classes) {
      for (Slab slab = slabClass.first(); slab != null; slab = slab.next) {
        try {
          os.release(slab.base(), slabBytes);
        } catch (OsException e) {
          refused++;
        }
      }
    }
    return refused;
  }
}
