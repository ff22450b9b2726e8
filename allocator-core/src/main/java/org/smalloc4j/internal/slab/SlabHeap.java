package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/**
 * malloc and free of slots over the shared words of a region alone: smalloc's algorithm. Lock-free
 * for any number of threads.
 *
 * @param region where the slots are
 * @param words its freed lists and frontiers
 * @param homeMask number of slabs that threads start from, a power of two, minus 1
 * @param annex what else there is; null if the region was not stepped down
 */
public record SlabHeap(Region region, SharedWords words, int homeMask, @Nullable Annex annex) {
  /*
   * Idea: threads spread over a few home slabs by their ids and meet on a head word only when two
   * of them share a home. Few homes, not all 64 slabs: each one costs resident memory in every class.
   *
   * allocate, for a class:
   *   1. pop from the home slab;
   *   2. lost the race: one attempt on each other home; else nothing there: one that was sorted, or
   *      claim a fresh one, having looked now and then whether another slab has a freed one, from
   *      64 KiB on (Reuse);
   *   3. the whole home is full: a freed one in every slab in use, a fresh one in slabs in steps of
   *      21, the annex if there is one, then the same for each larger class;
   *   4. nothing anywhere, and nobody pushed meanwhile: nothing is left.
   *
   * Freed slots are looked for before fresh ones at each stop, so that memory once touched is used
   * again. Step 4's look at the push counters makes "nothing is left" true at an instant: the lists
   * were all empty between the two looks. Two exceptions: slots that a trim holds, or has just put
   * back beyond a frontier, count as not free, and so do bytes of a limit that a claim has taken and
   * not yet given back because its area turned out to be full.
   */

  /** Answer of {@link #allocate} where nothing is left. */
  public static final long NONE = SharedWords.NONE;

  /** Distance between slabs tried in turn; odd, so that 64 steps meet all 64 slabs. */
  private static final int FAILOVER_STEP = 21;

  /** Creates the heap of a fresh region over words of its own. */
  SlabHeap(Region region, SharedWords words, int homeMask) {
    this(region, words, homeMask, Annex.of(region, words.limit()));
  }

  /** Creates the heap of a fresh region for a number of processors. */
  public static SlabHeap in(Region region, MemoryLimit limit, int processors) {
    ListLengths counts = new ListLengths(region.layout(), RegionLayout.SLABS, 0);
    SharedWords words = new SharedWords(region.layout(), limit, counts, region.ahead());
    return new SlabHeap(region, words, homeMask(processors));
  }

  /** Returns the number of home slabs for some processors, minus 1. */
  static int homeMask(int processors) {
    return Math.min(RegionLayout.SLABS, Integer.highestOneBit(4 * processors - 1) << 1) - 1;
  }

  /**
   * Allocates a slot of {@code sizeClass} or, if that is full, of a larger class.
   *
   * @return its address, tagged: see {@link #address} and {@link #isZero}; {@link #NONE} if the
   *     class is larger than the region's largest, or nothing is left
   */
  public long allocate(int sizeClass) {
    int largestClass = largestClass();
    return sizeClass > largestClass ? NONE : allocate(sizeClass, largestClass);
  }

  /** Returns the class of the largest slots. */
  int largestClass() {
    int largest = region.layout().largestClass();
    return annex == null ? largest : Math.max(largest, annex.words().layout().largestClass());
  }

  /** Returns the slab where the calling thread looks first. */
  int home() {
    return (int) Thread.currentThread().threadId() & homeMask;
  }

  /** Allocates a slot of {@code sizeClass}, else of a class up to {@code lastClass}. */
  long allocate(int sizeClass, int lastClass) {
    int home = home();
    if (sizeClass > region.layout().largestClass()) {
      return allocateAnywhere(home, sizeClass, lastClass);
    }
    long taken = words.tryPop(home, sizeClass);
    if (taken == NONE) {
      taken = takeUnlisted(home, sizeClass);
    } else if (taken == SharedWords.LOST) {
      taken = tryOtherHomes(home, sizeClass);
    }
    return taken != NONE ? taken : allocateAnywhere(home, sizeClass, lastClass);
  }

  private long takeUnlisted(int home, int sizeClass) {
    long taken = words.sorted().take(home, sizeClass);
    if (taken == NONE && Reuse.isDueAtHome(words, home, sizeClass)) {
      taken = takeFreed(home, sizeClass);
    }
    return taken == NONE ? words.claim(home, sizeClass) : taken;
  }

  /** Returns the address in an answer of {@link #allocate}. */
  public static long address(long allocated) {
    return allocated & ~SharedWords.FRESH;
  }

  /** Tells whether the slot of an answer of {@link #allocate} is known to be zero. */
  public static boolean isZero(long allocated) {
    return (allocated & SharedWords.FRESH) != 0;
  }

  private long tryOtherHomes(int home, int sizeClass) {
    for (int i = 1; i <= homeMask; i++) {
      int slab = (home + i) & homeMask;
      long popped = words.tryPop(slab, sizeClass);
      long taken = popped == NONE ? words.takeUnlisted(slab, sizeClass) : popped;
      if (taken > NONE) {
        return taken;
      }
    }
    return NONE;
  }

  private long allocateAnywhere(int home, int wantedClass, int lastClass) {
    while (true) {
      long pushesBefore = pushes(wantedClass, lastClass);
      for (int sizeClass = wantedClass; sizeClass <= lastClass; sizeClass++) {
        long taken = allocateExactly(home, sizeClass);
        if (taken != NONE) {
          return taken;
        }
      }
      if (pushes(wantedClass, lastClass) == pushesBefore) {
        return NONE;
      }
    }
  }

  private long allocateExactly(int home, int sizeClass) {
    long taken = NONE;
    if (sizeClass <= region.layout().largestClass()) {
      taken = takeFreed(home, sizeClass);
      if (taken == NONE && !words.limit().refuses(SizeClass.slotBytes(sizeClass))) {
        taken = claim(home, sizeClass);
      }
    }
    return taken != NONE || annex == null ? taken : annex.allocate(sizeClass);
  }

  /** Takes a freed slot from any slab. */
  private long takeFreed(int home, int sizeClass) {
    long slabs = Long.rotateRight(words.inUse().of(sizeClass), home);
    for (; slabs != 0; slabs &= slabs - 1) {
      int slab = (home + Long.numberOfTrailingZeros(slabs)) & (RegionLayout.SLABS - 1);
      long taken = words.takeFreed(slab, sizeClass);
      if (taken != NONE) {
        return taken;
      }
    }
    return NONE;
  }

  /** Claims a slot in any slab. */
  private long claim(int home, int sizeClass) {
    for (int i = 0; i < RegionLayout.SLABS; i++) {
      int slab = (home + i * FAILOVER_STEP) & (RegionLayout.SLABS - 1);
      long claimed = words.claim(slab, sizeClass);
      if (claimed != NONE) {
        return claimed;
      }
    }
    return NONE;
  }

  /** Sum of the push counters of some classes; a push in between changes it. */
  private long pushes(int firstClass, int lastClass) {
    long sum = annex == null ? 0 : annex.pushes(firstClass, lastClass);
    int largestHere = Math.min(lastClass, region.layout().largestClass());
    for (int sizeClass = firstClass; sizeClass <= largestHere; sizeClass++) {
      for (long slabs = words.inUse().of(sizeClass); slabs != 0; slabs &= slabs - 1) {
        sum += words.pushes(Long.numberOfTrailingZeros(slabs), sizeClass);
      }
    }
    return sum;
  }

  /**
   * Frees a slot.
   *
   * @throws IllegalArgumentException if {@code address} is not the start of a slot handed out
   * @throws IllegalStateException if it is the slot its list begins with
   */
  public void free(long address) {
    push(address, checkedClass(address));
  }

  /** Pushes a slot that the caller owns to its freed list. */
  void push(long address, int sizeClass) {
    SharedWords at = wordsOf(address);
    at.push(address, at.layout().slabOf(address), sizeClass);
  }

  /**
   * Refuses a slot that is known to be free.
   *
   * @throws IllegalStateException if it is the slot its list begins with
   */
  void checkNotFirst(long address, int sizeClass) {
    RegionLayout layout = wordsOf(address).layout();
    int code = layout.codeOf(address, sizeClass);
    if (wordsOf(address).isFirst(code, layout.slabOf(address), sizeClass)) {
      throw SharedWords.doubleFree(address);
    }
  }

  /** Returns the words of the half that an address of the region lies in. */
  private SharedWords wordsOf(long address) {
    return annex != null && annex.contains(address) ? annex.words() : words;
  }

  /** Returns the bound on what the frontiers take. */
  public MemoryLimit limit() {
    return words.limit();
  }

  /** Returns the size class of an address in the region; 0 where no slots are yet. */
  int classOf(long address) {
    return annex != null && annex.contains(address)
        ? annex.classOf(address)
        : region.layout().classOf(address);
  }

  /** Tells whether {@code address} is the start of a slot that was handed out. */
  public boolean handedOut(long address) {
    if (!region.contains(address)) {
      return false;
    }
    int sizeClass = classOf(address);
    SharedWords at = wordsOf(address);
    return at.isBelowFrontier(address, at.layout().slabOf(address), sizeClass);
  }

  /**
   * Returns the size class of a slot that was handed out.
   *
   * @throws IllegalArgumentException if {@code address} is not the start of one
   */
  public int checkedClass(long address) {
    if (!handedOut(address)) {
      throw new IllegalArgumentException(Refusals.whyNotHandedOut(this, address));
    }
    return classOf(address);
  }
}
