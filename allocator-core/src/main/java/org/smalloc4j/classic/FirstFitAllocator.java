package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Dependants;
import org.smalloc4j.HeapArena;
import org.smalloc4j.internal.raw.NativeAccess;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * First fit: a header before each block, one list of the free ones, and a contiguous buffer that
 * grows; over a file, a heap that outlives its process. The design of rusty_malloc, after D. E.
 * Knuth, The Art of Computer Programming, volume 1, section 2.5.
 *
 * <p><b>Blocks.</b> Any size to 2 GiB, at a multiple of 16 or the alignment asked for, to 2 GiB. A
 * block takes its size and 8 bytes for its header, rounded up to 16, and 32 at least. {@code
 * malloc} takes the first free block on the list that can hold the request, cuts off what it does
 * not need if that can be a block, and grows only if none can; {@code free} puts the block before
 * all others on the list. {@code realloc} stays in place where the block, with free ones behind it,
 * is large enough. Adjacent free blocks are merged as {@link Coalescing} says. {@code calloc}
 * clears every block. Nothing is given back to the system before {@link #close}.
 *
 * <p><b>Threads.</b> A heap of {@link #raw} is its maker's alone: every method of {@link Allocator}
 * throws {@link WrongThreadException} in another thread; {@code sharedArena}, {@code autoArena} and
 * {@code uncheckedSharedArena}, whose blocks other threads may free, throw {@link
 * UnsupportedOperationException}. Heaps of {@link #locked} and {@link #open} are for all threads,
 * which take turns by a spin lock: blocking, one call at a time, {@link #lockWaitNanos} tells at
 * what price. Every malloc takes time in proportion to the free blocks before the one that fits,
 * {@link #longestOperationSteps}. But where a heap grows, calls make no system call, and allocate
 * nothing on the Java heap unless they throw, make a segment, or count.
 *
 * <p><b>Files.</b> {@link #open} finds the heap that an earlier process has left, closed or killed:
 * header by header, with its {@link #root}, wherever it is mapped now; the list is made anew. A
 * process that is killed at any moment leaves a whole row of headers, since each step is the store
 * of one (the class's own comment has the argument), and the system keeps what was stored. What can
 * be lost is one block for each call that was running: live, but its address told to nobody.
 * Whether the blocks' contents agree is up to the order in which the program stores them; a program
 * that frees a block first stores that nothing leads to it. A <em>power failure</em>, or a crash of
 * the system, keeps of the last seconds any OS pages and loses others: a header may be older than
 * its neighbour, and the file is refused as damaged or, where the headers agree by chance, has
 * contents of different ages. There is no log and no fsync: keep a copy of what must survive that.
 * Alignments above an OS page hold for one mapping only. The file is in the machine's byte order.
 *
 * <p><b>Errors and misuse.</b> {@code free}, {@code realloc}, {@code usableSize} and {@link
 * #setRoot} find out by the header, which has a check of 24 bits over its place, whether a live
 * block begins at an address; what does not is refused, a block that was freed as a double free
 * until its memory is used again. To say why takes a walk over all blocks. Headers, links and tags
 * that a user wrote over are refused by the call that comes by, with {@link IllegalStateException}
 * and before it changes anything; it throws again when it comes by again. No access leaves the
 * heap's memory. A merge may have been made by a call that then finds nothing; no block is changed
 * by one that throws.
 *
 * <p><b>Lifetime.</b> The heap holds its memory, and its file, until {@link #close}; there is no
 * other end but that of the process.
 */
public final class FirstFitAllocator implements Allocator {
  /** The largest block, 2 GiB, as of every allocator of this library. */
  static final long LARGEST_BLOCK = 1L << 31;

  private final FirstFitHeap heap;
  private final HeapWalk walk;
  private final long largestBlock;

  private final Turns turns;
  private final Dependants dependants = new Dependants();

  /** Guarded by a turn. */
  private boolean closed;

  private FirstFitAllocator(FirstFitHeap heap, long largestBlock, Turns turns) {
    this.heap = heap;
    this.walk = new HeapWalk(heap.blocks());
    this.largestBlock = largestBlock;
    this.turns = turns;
  }

  /**
   * Makes a heap for the calling thread alone, merging during the search: the published form. It
   * has no lock; {@link Allocator}'s methods throw {@link WrongThreadException} in every other
   * thread, and have done nothing then.
   *
   * @param grower where memory comes from, this heap's from now on; {@link #close} closes it
   * @return a heap without blocks
   * @throws IllegalArgumentException if the grower has less than 128 bytes
   * @throws IllegalStateException if the grower is over a file that has contents or is in use
   * @throws OutOfMemoryError if the system refuses the memory
   */
  public static FirstFitAllocator raw(Grower grower) {
    return raw(grower, Coalescing.DURING_SEARCH);
  }

  /**
   * Makes a heap as {@link #raw(Grower)} does.
   *
   * @param grower where memory comes from, this heap's from now on; {@link #close} closes it
   * @param coalescing when free blocks are merged
   * @return a heap without blocks
   * @throws IllegalArgumentException if the grower has less than 128 bytes
   * @throws IllegalStateException if the grower is over a file that has contents or is in use
   * @throws OutOfMemoryError if the system refuses the memory
   */
  public static FirstFitAllocator raw(Grower grower, Coalescing coalescing) {
    return begin(grower, coalescing, LARGEST_BLOCK, Turns.of(Thread.currentThread()));
  }

  /**
   * Makes a heap for all threads, which take turns by one spin lock, merging during the search.
   *
   * @param grower where memory comes from, this heap's from now on; {@link #close} closes it
   * @return a heap without blocks
   * @throws IllegalArgumentException if the grower has less than 128 bytes
   * @throws IllegalStateException if the grower is over a file that has contents or is in use
   * @throws OutOfMemoryError if the system refuses the memory
   */
  public static FirstFitAllocator locked(Grower grower) {
    return locked(grower, Coalescing.DURING_SEARCH);
  }

  /**
   * Makes a heap as {@link #locked(Grower)} does.
   *
   * @param grower where memory comes from, this heap's from now on; {@link #close} closes it
   * @param coalescing when free blocks are merged
   * @return a heap without blocks
   * @throws IllegalArgumentException if the grower has less than 128 bytes
   * @throws IllegalStateException if the grower is over a file that has contents or is in use
   * @throws OutOfMemoryError if the system refuses the memory
   */
  public static FirstFitAllocator locked(Grower grower, Coalescing coalescing) {
    return begin(grower, coalescing, LARGEST_BLOCK, Turns.ofAllThreads());
  }

  /**
   * Opens the heap in a file, with all its live blocks and its {@link #root}, or begins one if the
   * file is new or empty; for all threads, merging during the search. All headers are checked
   * before anything is written; a file that is refused stays as it is, but for the empty file that
   * is made where there was none.
   *
   * @param grower what {@link Growers#file} returned, this heap's from now on
   * @return the heap
   * @throws IllegalArgumentException if the file is no first-fit heap, or one of another version,
   *     or truncated, or damaged, or larger than the grower's bound, or the grower is none of
   *     {@link Growers#file}; the message says which, and where
   * @throws IllegalStateException if another process, or another heap of this one, has the file
   * @throws java.io.UncheckedIOException if the file cannot be opened, read or mapped
   */
  public static FirstFitAllocator open(Grower grower) {
    return open(grower, Coalescing.DURING_SEARCH);
  }

  /**
   * Opens or begins the heap in a file as {@link #open(Grower)} does. The file does not remember
   * when free blocks were merged: each process may choose.
   *
   * @param grower what {@link Growers#file} returned, this heap's from now on
   * @param coalescing when free blocks are merged
   * @return the heap
   * @throws IllegalArgumentException as {@link #open(Grower)}
   * @throws IllegalStateException as {@link #open(Grower)}
   * @throws java.io.UncheckedIOException as {@link #open(Grower)}
   */
  public static FirstFitAllocator open(Grower grower, Coalescing coalescing) {
    return open(grower, coalescing, LARGEST_BLOCK);
  }

  /** Opens or begins the heap in a file, with a bound on its blocks. */
  static FirstFitAllocator open(Grower grower, Coalescing coalescing, long largestBlock) {
    if (!(grower instanceof FileGrower file)) {
      throw new IllegalArgumentException(
          "grower is "
              + grower
              + "; expected one of Growers.file, which an earlier process can"
              + " have used; raw and locked begin heaps over any");
    }
    NativeAccess.check();
    boolean isOpen = false;
    long length = file.open();
    try {
      FirstFitHeap heap;
      if (length == 0) {
        file.map(0);
        heap = FirstFitHeap.begin(GrowingBuffer.begin(file), coalescing, newSeed());
      } else {
        long end = file.checkedEnd();
        MemorySegment kept = file.map(end + BlockHeader.BYTES);
        GrowingBuffer buffer = new GrowingBuffer(file, kept.address(), kept.byteSize());
        heap = FirstFitHeap.continued(buffer, coalescing, end);
      }
      FirstFitAllocator opened = new FirstFitAllocator(heap, largestBlock, Turns.ofAllThreads());
      isOpen = true;
      return opened;
    } finally {
      if (!isOpen) {
        file.close();
      }
    }
  }

  /** Begins a heap with a bound on its blocks, for one thread or for all. */
  static FirstFitAllocator begin(
      Grower grower, Coalescing coalescing, long largestBlock, Turns turns) {
    NativeAccess.check();
    boolean isBegun = false;
    try {
      FirstFitHeap heap = FirstFitHeap.begin(GrowingBuffer.begin(grower), coalescing, newSeed());
      FirstFitAllocator begun = new FirstFitAllocator(heap, largestBlock, turns);
      isBegun = true;
      return begun;
    } finally {
      if (!isBegun) {
        grower.close();
      }
    }
  }

  private static long newSeed() {
    return ThreadLocalRandom.current().nextLong();
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    long address = tryMalloc(byteSize, byteAlignment);
    if (address == NULL) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    enter();
    try {
      checkRequest(byteSize, byteAlignment);
      return take(byteSize, byteAlignment);
    } finally {
      turns.end();
    }
  }

  /** Allocates, within a turn. */
  private long take(long byteSize, long byteAlignment) {
    if (byteSize > largestBlock || byteAlignment > largestBlock) {
      return NULL;
    }
    long block = heap.allocate(byteSize, byteAlignment);
    return block == FreeList.NONE ? NULL : heap.blocks().address(block);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    long address = malloc(byteSize, byteAlignment);
    try {
      RawMemory.zero(address, byteSize);
    } catch (StackOverflowError betweenPieces) {
      give(address, NULL);
      throw betweenPieces;
    }
    return address;
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    long target = copyOf(address, byteSize, byteAlignment);
    if (target != address) {
      give(address, target);
    }
    return target;
  }

  @Override
  public MemorySegment reallocate(MemorySegment segment, long byteSize) {
    long address = RawMemory.globalAddress(segment);
    if (address == NULL) {
      return allocate(byteSize, 1);
    }
    usableSize(address); // refuses what is not a block
    checkRequest(byteSize, 1);
    if (byteSize > largestBlock) {
      throw outOfMemory(byteSize, 1);
    }
    MemorySegment inPlace = RawMemory.segment(address, byteSize);
    long target = copyOf(address, byteSize, 1);
    if (target == address) {
      return inPlace;
    }
    MemorySegment moved;
    try {
      moved = RawMemory.segment(target, byteSize);
    } catch (Throwable noRoom) { // for it on the Java heap
      give(target, NULL);
      throw noRoom;
    }
    give(address, target);
    return moved;
  }

  /** Returns a block with the contents of another one, which is still live; or that itself. */
  private long copyOf(long address, long byteSize, long byteAlignment) {
    long target = NULL;
    long usable;
    enter();
    try {
      checkRequest(byteSize, byteAlignment);
      long block = liveBlock(address);
      usable = usable(block);
      if (byteSize <= largestBlock && byteAlignment <= largestBlock) {
        if ((address & (byteAlignment - 1)) == 0 && heap.resize(block, byteSize)) {
          return address;
        }
        target = take(byteSize, byteAlignment);
      }
    } finally {
      turns.end();
    }
    if (target == NULL) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    try {
      RawMemory.copy(address, target, Math.min(usable, byteSize));
    } catch (StackOverflowError betweenPieces) {
      give(target, NULL);
      throw betweenPieces;
    }
    return target;
  }

  /**
   * Frees a live block at the end of a call that has looked for stack at its beginning. A root that
   * has moved is the root at its new place.
   */
  private void give(long address, long movedTo) {
    turns.begin();
    try {
      long block = heap.blocks().offset(address);
      if (movedTo != NULL && heap.root() == block) {
        heap.setRoot(heap.blocks().offset(movedTo));
      }
      heap.release(block);
    } finally {
      turns.end();
    }
  }

  @Override
  public void free(long address) {
    enter();
    try {
      if (address != NULL) {
        heap.release(liveBlock(address));
      }
    } finally {
      turns.end();
    }
  }

  @Override
  public long usableSize(long address) {
    enter();
    try {
      return usable(liveBlock(address));
    } finally {
      turns.end();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here: that a block which is live begins at {@code address}, or one that was freed and whose
   * memory has been neither merged into the block before it nor used again.
   */
  @Override
  public boolean owns(long address) {
    enter();
    try {
      long block = heap.blocks().offset(address);
      if (!heap.blocks().isPlace(block) || !heap.blocks().isHeader(block)) {
        return false;
      }
      long header = heap.blocks().knownHeader(block);
      boolean isFreed = (BlockHeader.flags(header) & BlockHeader.FREED) != 0;
      return BlockHeader.isLive(header) || (isFreed && walk.isBlock(block));
    } finally {
      turns.end();
    }
  }

  /**
   * Returns the block to find the others by, as {@link #setRoot} or an earlier process has set it.
   *
   * @return the address of a live block, {@link #NULL} if there is none
   * @throws IllegalStateException if this allocator is closed
   */
  public long root() {
    enter();
    try {
      long block = heap.root();
      return block == FreeList.NONE ? NULL : heap.blocks().address(block);
    } finally {
      turns.end();
    }
  }

  /**
   * Sets the block to find the others by. It is kept as an offset, so that {@link #root} is right
   * wherever the file is mapped next; what a user's blocks say of each other must be offsets, too,
   * from the root for instance. All that was stored before this call is in a file before the root
   * is. A root that is freed is no root any more, one that {@link #realloc} moves stays it.
   *
   * @param address a live block, or {@link #NULL} for none
   * @throws IllegalArgumentException if {@code address} is not the start of a live block
   * @throws IllegalStateException if the block was freed, or this allocator is closed
   */
  public void setRoot(long address) {
    enter();
    try {
      heap.setRoot(address == NULL ? FreeList.NONE : liveBlock(address));
    } finally {
      turns.end();
    }
  }

  /**
   * Returns how long threads have waited for the lock of {@link #locked} and {@link #open} in all.
   *
   * @return nanoseconds, 0 for {@link #raw}; who waits now is not counted yet
   */
  public long lockWaitNanos() {
    return turns.waitNanos();
  }

  /**
   * Returns the blocks that the longest single call so far has looked at: those on the list that a
   * search came by, and the neighbours that a merge asked whether they are free.
   *
   * @return blocks, 0 before the first call
   * @throws IllegalStateException if this allocator is closed
   */
  public long longestOperationSteps() {
    enter();
    try {
      return heap.mostSteps();
    } finally {
      turns.end();
    }
  }

  /** Shows all blocks in address order; the visitor must not call this allocator. */
  void visit(HeapWalk.Visitor visitor) {
    enter();
    try {
      walk.visit(visitor);
    } finally {
      turns.end();
    }
  }

  /** The heap inside, for walks over its invariants. */
  FirstFitHeap heap() {
    return heap;
  }

  /**
   * {@inheritDoc} Walks over all blocks. Each usable size is a class of its own; free blocks are
   * counted as they are, merged or not. {@code reservedBytes} and {@code takenBytes} are what the
   * heap has from its grower.
   */
  @Override
  public AllocatorStats stats() {
    enter();
    try {
      return walk.stats();
    } finally {
      turns.end();
    }
  }

  /**
   * Does nothing: this design gives nothing back before {@link #close}, as published.
   *
   * @return 0
   * @throws IllegalStateException if this allocator is closed
   */
  @Override
  public long trim() {
    enter();
    turns.end();
    return 0;
  }

  @Override
  public HeapArena sharedArena() {
    checkForAllThreads("sharedArena");
    return Allocator.super.sharedArena();
  }

  @Override
  public HeapArena autoArena() {
    checkForAllThreads("autoArena");
    return Allocator.super.autoArena();
  }

  @Override
  public HeapArena uncheckedSharedArena() {
    checkForAllThreads("uncheckedSharedArena");
    return Allocator.super.uncheckedSharedArena();
  }

  private void checkForAllThreads(String method) {
    enter();
    turns.end();
    if (turns.isForOneThread()) {
      throw new UnsupportedOperationException(
          method + " is for all threads, and this heap for one; use FirstFitAllocator.locked");
    }
  }

  @Override
  public void attach(AutoCloseable dependant) {
    synchronized (dependants) {
      enter();
      turns.end();
      dependants.add(dependant);
    }
  }

  @Override
  public void detach(AutoCloseable dependant) {
    dependants.remove(dependant);
  }

  /**
   * {@inheritDoc} Closes the grower; a file keeps the heap, with all blocks that are live now, for
   * the next {@link #open}.
   *
   * @throws WrongThreadException if this is another thread's {@link #raw} heap
   */
  @Override
  public void close() {
    synchronized (dependants) {
      if (closed) {
        return;
      }
      enter();
      try {
        dependants.checkNone(toString());
        closed = true;
        heap.buffer().grower().close();
      } finally {
        turns.end();
      }
    }
  }

  /** Returns where its memory comes from. */
  @Override
  public String toString() {
    return "FirstFitAllocator[" + heap.buffer().grower() + "]";
  }

  /** Begins every call, before it has changed anything. */
  private void enter() {
    OutOfLine.requireStack();
    if (turns.isHeld()) {
      throw calledByGrower();
    }
    turns.begin();
    if (closed || heap.buffer().isGrowing()) {
      turns.end();
      throw closed ? new IllegalStateException(this + " is closed") : calledByGrower();
    }
  }

  private IllegalStateException calledByGrower() {
    return new IllegalStateException(
        this + ": its own grower has called it; a grower must do without");
  }

  private long usable(long block) {
    return BlockHeader.bytes(heap.blocks().header(block)) - BlockHeader.BYTES;
  }

  /** Returns the live block that an address is of. */
  private long liveBlock(long address) {
    long block = heap.blocks().offset(address);
    if (!heap.blocks().isPlace(block)
        || !heap.blocks().isHeader(block)
        || !BlockHeader.isLive(heap.blocks().knownHeader(block))) {
      throw walk.refusal(address);
    }
    return block;
  }

  private static void checkRequest(long byteSize, long byteAlignment) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("byteSize is " + byteSize + "; expected 0 or more bytes");
    }
    if (Long.bitCount(byteAlignment) != 1 || byteAlignment < 0) {
      throw new IllegalArgumentException(
          "byteAlignment is " + byteAlignment + "; expected a power of two: 1, 2, 4, 8, …");
    }
  }

  private OutOfMemoryError outOfMemory(long byteSize, long byteAlignment) {
    String asked = "cannot allocate " + byteSize + " bytes at alignment " + byteAlignment;
    if (byteSize > largestBlock || byteAlignment > largestBlock) {
      return new OutOfMemoryError(
          this
              + ": "
              + asked
              + ": more than 2 GiB, the largest block ("
              + largestBlock
              + " bytes)");
    }
    return new OutOfMemoryError(
        this
            + ": "
            + asked
            + ": no free block holds them, and the grower has no more; make the heap with a larger"
            + " grower, or free blocks that lie side by side");
  }
}
