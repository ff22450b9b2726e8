package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.StretchLifetime;
import org.smalloc4j.internal.raw.Headroom;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.OwnedHeap;
import org.smalloc4j.internal.slab.Refusals;
import org.smalloc4j.internal.slab.Region;
import org.smalloc4j.internal.slab.Resizing;
import org.smalloc4j.internal.slab.Retry;
import org.smalloc4j.internal.slab.SlabHeap;
import org.smalloc4j.internal.slab.Trim;

/**
 * A heap in one reserved region of 64 slabs, with power-of-two size classes: the layout and the
 * lock-free lists of smalloc, behind slabs that are owned by a thread each.
 *
 * <p><b>Blocks.</b> A block is a slot of 4 bytes to 2 GiB, the power of two that holds both its
 * size and its alignment, and is aligned to it: {@code usableSize(p)} is a power of two and {@code
 * p % usableSize(p) == 0}. Where a class is full the slot may be larger. A block that {@link
 * #realloc} grows to more than 1 MiB moves to a slot of 4 MiB, 64 MiB or 1 GiB, of which only what
 * is touched costs memory, and grows there without a copy; one of 4 KiB to 1 MiB that becomes half
 * as large again as its slot, or more, moves to a slot in which it can double once more. Heaps with
 * a limit or on demand and small regions do not do that, and all others give no more than a quarter
 * of the slots above 1 MiB for it. Behind up to 64 tables in slots of 64 MiB and 1 GiB the system
 * is asked for huge pages: what is written there is resident by 2 MiB. One that shrinks to a
 * quarter of its slot or less, if that has 1 KiB or more, moves to a smaller slot; where there is
 * none at hand it stays. So does one of more than 8 MiB in a heap without a limit, or in the slot
 * of 64 MiB or 1 GiB that it would grow to, and the OS pages behind it are given back.
 *
 * <p><b>Threads.</b> A platform thread owns a slab from its first malloc or free until it dies, or
 * until {@link #releaseThreadCache}; the next one that needs a slab then has it, with all that is
 * free in it. One that has waited for 5 ms or longer can lose it to one that finds none, and then
 * looks for another when it goes on. For blocks of its own slab up to 512 KiB (and 256 of a size to
 * a slab) an owner's malloc and free have no atomic instruction. Blocks that it frees for other
 * slabs go back in chains of up to 64 and 64 KiB. Threads that find no slab (there are 48 to 60 to
 * own), and larger blocks, use words that all threads share, one compare-and-swap each; {@link
 * AllocatorStats#threads} tells how many threads there are without a slab.
 *
 * <p><b>Virtual threads</b> use the slab that their carrier owns, whichever it is at the time: on
 * Linux by a call of a few nanoseconds that names the native thread; where the process is started
 * with {@code --add-exports java.base/jdk.internal.access=ALL-UNNAMED} (or {@code =org.smalloc4j})
 * without that call, and on macOS too. On a heap with a limit, and on macOS without that option,
 * they use the shared words.
 *
 * <p><b>What an owner holds back.</b> Free slots of its slab, and at most four unfinished chains
 * for each size. Once an allocation has failed, until the next {@link #trim}, and always on a heap
 * with a limit, chains go back at once and of its slab an owner keeps 128 KiB and 1,023 slots of a
 * size, and what others freed there until it has used that up. Nothing is left, therefore, where no
 * slot is free but those that owners keep which run, and carriers; a thread's own, those of the
 * dead, and those of threads that wait ({@link AllocatorStats.ThreadStats#takesIdle}), are found.
 * {@link AllocatorStats#heldBytes} counts what owners keep. On a heap with a limit free OS pages of
 * all sizes are found as well, before anything is refused.
 *
 * <p><b>Progress.</b> malloc, calloc, realloc, free, usableSize and owns are lock-free, for
 * platform and virtual threads alike, allocate nothing on the Java heap, unless they throw, and
 * make no system call; but a thread's first call allocates a weak reference to it, the first of a
 * virtual thread in the process links a function, some milliseconds, and calloc, realloc and free
 * of blocks in slots of 1 MiB and more may give memory back. Before it says that nothing is left,
 * malloc waits for threads that have free slots in hand ({@link #trim}, and who gives away what a
 * dead owner left), a second at the most, and asks threads that wait for what they keep: a
 * handshake with each, at most once a millisecond, which needs Java heap and is left out where
 * there is none. On a heap with a limit it first moves memory, as {@link Builder#maxBytes} says,
 * and makes system calls; threads do so in turn, and nobody waits longer than 10 ms for his. {@link
 * #trim} asks them, too; but for that it and {@link #close}, which block each other, need no Java
 * heap. {@link #stats} takes time in proportion to the number of slabs, and to the slots ever used
 * by owners divided by 64; freed blocks of 4 bytes are counted one by one.
 *
 * <p><b>The longest call.</b> malloc and free of up to 512 KiB by a thread that has a slab take at
 * most 256 steps, which are accesses to memory and rounds of loops; the call by which a thread gets
 * its slab, 112 more. Not bounded so: bytes that calloc clears and realloc copies, repetitions
 * since another thread was faster, a look for what a trim has kept, heaps with a limit, and a heap
 * or an area of it that is used up.
 *
 * <p><b>Errors.</b> A call that ends with an error, also StackOverflowError or OutOfMemoryError of
 * the Java heap, has changed nothing, with one exception: where a freed slot turns out to have been
 * written after its free, or freed twice, the list behind it is dropped and counted in {@link
 * AllocatorStats#lostBlocks}; the call that met it throws {@link IllegalStateException}, having
 * taken nothing, and everything else goes on. {@link #trim} and a malloc that moves slots finish
 * what they do before they throw. A call needs up to 16 KiB of stack.
 *
 * <p><b>Misuse.</b> An address is checked by arithmetic before anything is done with it; {@code
 * owns} is exact for live blocks and for slots never handed out. What is caught beyond that (an
 * owner's block: up to 512 KiB, of a slab whose owner is alive; shared: larger, or of a thread
 * without a slab, or on a heap without owned slabs):
 *
 * <table class="striped">
 * <caption>Misuse, and who tells</caption>
 * <tr><th scope="col">misuse<th scope="col">an owner's block<th scope="col">a shared one
 * <tr><th scope="row">freed twice by one thread, no call of any thread on that slab and size in
 *     between<td>the second free<td>the second free
 * <tr><th scope="row">realloc of a freed block, likewise<td>realloc; nothing is lost<td>the same
 * <tr><th scope="row">a, b, a freed by the owner<td>a later free, if both a overflow its magazine;
 *     else nobody<td>-
 * <tr><th scope="row">a, b, a freed by another thread<td>a malloc, when the list is a cycle or ends
 *     too late; else nobody<td>the next trim
 * <tr><th scope="row">freed by two threads, the owner one of them<td>nobody<td>the second free
 * <tr><th scope="row">freed by two others<td>the second free, if both go straight to the shared
 *     words; else nobody<td>the second free
 * <tr><th scope="row">link of a freed block overwritten: out of range, or its own<td>harmless in
 *     its owner's hands; else the malloc or trim that meets it, once<td>the malloc or trim that
 *     meets it, once
 * <tr><th scope="row">link overwritten with that of another slot<td>nobody<td>nobody
 * <tr><th scope="row">freed again after its memory went back<td>the next trim, if it is not used
 *     again before<td>the same
 * <tr><th scope="row">used after its free, or beyond its end<td>nobody<td>nobody
 * <tr><th scope="row">address outside the region, inside a slot, never handed out<td>free, realloc,
 *     usableSize<td>the same
 * </table>
 *
 * Where nobody tells, two blocks may get one address; the hardened mode is to catch it. {@link
 * #close} unmaps the region: no other thread may be inside a call, or use a block, at that time.
 *
 * <p><b>Lifetime.</b> A heap ends at {@link #close}, or some time after it is no longer reachable:
 * the garbage collector finds that out, and a thread of the JDK unmaps the region, with every block
 * in it. Whoever uses a block keeps a reference to the heap. While arenas, pools or pointer tables
 * are open on it an unreachable heap keeps its region for good, and {@link System.Logger} {@code
 * org.smalloc4j} says so, level {@code WARNING}. {@link #global()} lives as long as the class
 * loader of this class.
 *
 * <p><b>Memory.</b> Reserved addresses cost nothing. An OS page is resident from its first touch
 * until a {@link #trim} that finds no live block on it, nor a slot that another owner keeps, or the
 * end of the heap; that of a slot of 1 MiB and more until the slot is freed, if freed ones of this
 * size have 64 MiB together that may be resident. A large block that calloc clears becomes resident
 * only where it was.
 *
 * <p><b>Cache sets.</b> Blocks of an OS page and more all begin at the beginning of one, so their
 * first cache lines share few cache sets: following a chain through the first words of 16 to 256 of
 * them takes two to four times as long as with blocks of glibc. Where that matters, ask for {@code
 * n + 64 * k} bytes and begin in block {@code i} at {@code 64 * (i % (k + 1))}.
 */
@SuppressWarnings("ReachabilityFenceUsage") // a call that throws uses no memory afterwards
public final class Smalloc implements Allocator {
  private final String name;
  private final OwnedHeap heap;
  private final Trim trim;
  private final Resizing resizing;
  private final Retry retry;
  private final Exhaustion exhaustion;
  private final boolean closeable;

  /** The thread that trims by the clock; null if none does. */
  private final @Nullable Ticks ticks;

  /** Ends with this object, if not before: then the region is released. */
  private final StretchLifetime lifetime;

  /** What is open. Its monitor guards {@link #lifetime} too, and is taken after systemCalls. */
  private final Dependants dependants = new Dependants();

  /** Confined arenas, which are too many to be {@link #dependants}. */
  private final OpenArenas confinedArenas;

  /**
   * Whether {@link #lifetime} is prepared for confined arenas. Racy: a stale false leads to where
   * it is prepared once more.
   */
  private boolean isPrepared;

  /** Serialises trims and the release: neither may see the other's system calls. */
  private final Object systemCalls = new Object();

  /**
   * Plain: who calls after close has an edge from it and sees true. A call that races with close is
   * the caller's error, which no mode of this field could make safe.
   */
  private boolean closed;

  /** The ways of {@link #malloc(long)} and of {@link #take} beside their fast paths. */
  private final LongUnaryOperator slowMalloc = this::mallocOutOfLine;

  private final LongUnaryOperator slowTake = this::takeOutOfLine;

  Smalloc(
      String name,
      OwnedHeap heap,
      StretchLifetime lifetime,
      OpenArenas confinedArenas,
      Exhaustion exhaustion,
      long trimNanos,
      boolean closeable) {
    this.confinedArenas = confinedArenas;
    this.name = name;
    this.heap = heap;
    this.trim = new Trim(heap);
    this.resizing = new Resizing(heap);
    this.retry = new Retry(heap);
    this.exhaustion = exhaustion;
    this.lifetime = lifetime;
    this.closeable = closeable;
    ticks = trimNanos == 0 ? null : new Ticks("smalloc4j-trim-" + name, trimNanos, this::tick);
  }

  /** Begins the lifetime. If this throws it has not begun, and the region is the caller's. */
  void begin() {
    if (ticks != null) {
      ticks.start();
    }
    try {
      lifetime.begin();
    } catch (Throwable thrown) {
      synchronized (systemCalls) {
        end();
      }
      throw thrown;
    }
  }

  /** Refuses all calls from now on; no tick runs, and none will. The caller has systemCalls. */
  private void end() {
    closed = true;
    if (ticks != null) {
      ticks.end();
    }
  }

  /**
   * Returns the heap of the process, made on first use with the defaults. It is never closed: its
   * {@link #close} throws {@link UnsupportedOperationException}. A call that fails can be made
   * again when its cause has gone.
   *
   * @return the same heap on every call
   * @throws OutOfMemoryError if no region can be reserved, or the Java heap is full
   * @throws IllegalCallerException if native access is denied; the message names the option
   */
  public static Smalloc global() {
    return GlobalHeap.get();
  }

  /**
   * Makes a further heap with the defaults. It keeps its region until it is closed, or no longer
   * reachable.
   *
   * @return a heap of its own
   * @throws OutOfMemoryError if no region can be reserved, or the Java heap is full
   * @throws IllegalCallerException if native access is denied; the message names the option
   */
  public static Smalloc create() {
    return builder().build();
  }

  /**
   * Returns a builder of heaps.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new SmallocBuilder();
  }

  @Override
  public long malloc(long byteSize) {
    long taken = heap.tryTake(byteSize);
    if (taken == NULL) {
      taken = OutOfLine.call(slowMalloc, byteSize);
    }
    Reference.reachabilityFence(this);
    return taken;
  }

  private long mallocOutOfLine(long byteSize) {
    SizeClass.checkRequest(byteSize, 1);
    long taken = takeOutOfLine(byteSize);
    if (taken == NULL) {
      throw outOfMemory(byteSize, 1);
    }
    return SlabHeap.address(taken);
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
    long taken = take(byteSize, byteAlignment);
    Reference.reachabilityFence(this);
    return SlabHeap.address(taken);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return Apart.calloc(this, byteSize, byteAlignment);
  }

  long callocApart(long byteSize, long byteAlignment) {
    SizeClass.checkRequest(byteSize, byteAlignment);
    long address = heap.tryTakeZeroed(Math.max(byteSize, byteAlignment), byteSize);
    if (address == NULL) {
      address = callocBesideMagazine(byteSize, byteAlignment);
    }
    Reference.reachabilityFence(this);
    return address;
  }

  private long callocBesideMagazine(long byteSize, long byteAlignment) {
    OutOfLine.requireStack(); // to clear what has been taken, or to give it back
    long taken = take(byteSize, byteAlignment);
    if (taken == NULL) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    long address = SlabHeap.address(taken);
    if (!SlabHeap.isZero(taken)) {
      zero(address, byteSize);
    }
    return address;
  }

  /** Takes a slot; returns its address, tagged as {@link OwnedHeap#allocate}'s. */
  private long take(long byteSize, long byteAlignment) {
    SizeClass.checkRequest(byteSize, byteAlignment);
    long slotBytes = Math.max(byteSize, byteAlignment);
    long taken = heap.tryTake(slotBytes);
    return taken != NULL ? taken : OutOfLine.call(slowTake, slotBytes);
  }

  private long takeOutOfLine(long slotBytes) {
    long taken = heap.tryTakeAtHand(slotBytes);
    if (taken != NULL) {
      return taken;
    }
    OutOfLine.requireStack();
    checkOpen();
    taken = heap.tryTakeShared(slotBytes);
    if (taken == NULL) {
      taken = heap.allocate(SizeClass.of(slotBytes, 1));
    }
    return taken != NULL ? taken : takeFreed(slotBytes);
  }

  /** Takes a slot if the user of this heap frees something for it. */
  private long takeFreed(long slotBytes) {
    if (!exhaustion.hasFreed(slotBytes)) {
      return NULL;
    }
    checkOpen();
    return retry.allocate(SizeClass.of(slotBytes, 1));
  }

  private void zero(long address, long byteSize) {
    try {
      heap.large().zero(address, byteSize);
    } catch (StackOverflowError betweenPieces) {
      heap.giveUp(address);
      throw betweenPieces;
    }
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    return Apart.realloc(this, address, byteSize, byteAlignment);
  }

  long reallocApart(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    SizeClass.checkRequest(byteSize, byteAlignment);
    long target = heap.tryResize(address, Math.max(byteSize, byteAlignment));
    if (target == NULL) {
      target = reallocBesideMagazines(address, byteSize, byteAlignment);
    }
    Reference.reachabilityFence(this);
    return target;
  }

  private long reallocBesideMagazines(long address, long byteSize, long byteAlignment) {
    long target = heap.tryGrow(address, Math.max(byteSize, byteAlignment));
    if (target != NULL) {
      return target;
    }
    target = copyOf(address, byteSize, byteAlignment);
    if (target != address) {
      heap.freeMoved(address, target);
    }
    return target;
  }

  @Override
  public MemorySegment reallocate(MemorySegment segment, long byteSize) {
    long address = RawMemory.globalAddress(segment);
    if (address == NULL) {
      return allocate(byteSize, 1);
    }
    long target = copyOf(address, byteSize, 1);
    MemorySegment moved = segmentOr(target, byteSize, target == address);
    if (target != address) {
      heap.freeMoved(address, target);
    }
    Reference.reachabilityFence(this);
    return moved;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    OutOfLine.requireStack();
    return segmentOr(malloc(byteSize, byteAlignment), byteSize, false);
  }

  /** Returns a block as a segment; if there is no room for one, gives up the block. */
  private MemorySegment segmentOr(long address, long byteSize, boolean isKept) {
    try {
      return RawMemory.segment(address, byteSize);
    } catch (Throwable noRoom) { // for it on the Java heap, or on the stack
      if (!isKept) {
        heap.giveUp(address);
      }
      throw noRoom;
    }
  }

  /** Returns a block with the contents of another one, which is still live; or that itself. */
  private long copyOf(long address, long byteSize, long byteAlignment) {
    checkOpen();
    SizeClass.checkRequest(byteSize, byteAlignment);
    int heldClass = heap.checkedClass(address);
    int wantedClass = SizeClass.of(byteSize, byteAlignment);
    boolean fits =
        byteSize <= SizeClass.slotBytes(heldClass) && (address & (byteAlignment - 1)) == 0;
    return fits && !Resizing.isWasteful(heldClass, wantedClass)
        ? address
        : moved(fits, address, byteSize, byteAlignment, heldClass, wantedClass);
  }

  /** Returns a copy of a block in another slot; or the block itself, if it fits and has none. */
  private long moved(
      boolean fits,
      long address,
      long byteSize,
      long byteAlignment,
      int heldClass,
      int wantedClass) {
    if (fits && resizing.keepsSlot(address, heldClass, wantedClass)) {
      return address;
    }
    OutOfLine.requireStack();
    long taken =
        fits
            ? resizing.allocateShrunk(heldClass, wantedClass)
            : resizing.allocateGrown(heldClass, wantedClass, byteSize);
    if (taken == NULL && !fits) {
      taken = takeFreed(Math.max(byteSize, byteAlignment));
    }
    if (taken == NULL) {
      return stayOrRefuse(fits, address, byteSize, byteAlignment, heldClass);
    }
    long target = SlabHeap.address(taken);
    try {
      RawMemory.copy(address, target, Math.min(SizeClass.slotBytes(heldClass), byteSize));
    } catch (StackOverflowError betweenPieces) {
      heap.giveUp(target);
      throw betweenPieces;
    }
    return target;
  }

  private long stayOrRefuse(
      boolean fits, long address, long byteSize, long byteAlignment, int heldClass) {
    if (!fits) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    resizing.dropTail(address, byteSize, heldClass);
    return address;
  }

  @Override
  public void free(long address) {
    if (!heap.tryFree(address)) {
      checkOpen();
      if (address != NULL) {
        heap.free(address);
      }
    }
    Reference.reachabilityFence(this);
  }

  @Override
  public long usableSize(long address) {
    checkOpen();
    long byteSize = SizeClass.slotBytes(heap.checkedClass(address));
    Reference.reachabilityFence(this);
    return byteSize;
  }

  @Override
  public boolean owns(long address) {
    checkOpen();
    boolean owns = heap.handedOut(address);
    Reference.reachabilityFence(this);
    return owns;
  }

  @Override
  public HeapArena confinedArena() {
    checkOpen();
    if (!isPrepared) {
      prepareUse();
    }
    return ConfinedHeapArena.counted(this, confinedArenas.current());
  }

  private void prepareUse() {
    synchronized (dependants) {
      lifetime.prepareUse();
      isPrepared = true;
    }
  }

  @Override
  public boolean leavesToSystem(long byteSize) {
    return !heap.shared().limit().isLimited() && byteSize > SizeClass.slotBytes(SizeClass.LARGEST);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    try {
      synchronized (dependants) {
        checkOpen();
        add(dependant);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void add(AutoCloseable dependant) {
    try {
      lifetime.prepareUse();
      lifetime.beginUse();
      dependants.add(dependant);
    } catch (Throwable thrown) {
      noteUse();
      throw thrown;
    }
  }

  @Override
  public void detach(AutoCloseable dependant) {
    try {
      synchronized (dependants) {
        dependants.remove(dependant);
        noteUse();
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Tells the lifetime whether anything is open; the caller has the monitor. */
  private void noteUse() {
    if (dependants.count() == 0) {
      lifetime.endUse();
    }
  }

  @Override
  public AllocatorStats stats() {
    if (ticks == null) {
      return count();
    }
    synchronized (systemCalls) { // at rest the figures are exact, and a tick is nobody's call
      return count();
    }
  }

  private AllocatorStats count() {
    checkOpen();
    AllocatorStats stats = Statistics.of(heap);
    Reference.reachabilityFence(this);
    return stats;
  }

  /**
   * {@inheritDoc}
   *
   * <p>One call gives back each OS page without a live block whose free blocks are shared, or are
   * kept by the calling thread, by threads that have ended, or by threads that wait ({@link
   * AllocatorStats.ThreadStats#takesIdle}). Threads at work are asked for what they keep beyond 128
   * KiB of each size, and give it a little at a time, when they allocate or free more than that;
   * the next trim, or tick of {@link Builder#trimEvery}, gives it back. With {@link
   * Builder#commitOnDemand}, and in the upper half of a region that the system has cut, they are
   * not asked.
   */
  @Override
  public long trim() {
    synchronized (systemCalls) {
      checkOpen();
      long bytes = trim.trim();
      Reference.reachabilityFence(this);
      return bytes;
    }
  }

  /**
   * Gives back what was free at the last tick, too, and has not been handed out since.
   *
   * @return false if there will be no more: this heap is closed
   */
  boolean tick() {
    synchronized (systemCalls) {
      if (closed) {
        return false;
      }
      try {
        trim.tick();
      } catch (IllegalStateException | OutOfMemoryError | StackOverflowError skipped) {
        // Damage is counted as lost; what there was no room for is done next time.
      }
      Reference.reachabilityFence(this);
      return true;
    }
  }

  /** The thread that calls {@link #tick}, for tests; null if there is none. */
  @Nullable Thread ticker() {
    return ticks == null ? null : ticks.thread();
  }

  /**
   * Gives what the calling thread keeps, its free slots and unfinished chains, to all threads, and
   * its slab to the next one that needs a slab. For threads that go idle: those of a pool, say,
   * which would hold 60 slabs and what is free in them. Live blocks stay as they are; the thread's
   * next malloc or free looks for a slab again. In a virtual thread this is what its carrier keeps,
   * for all virtual threads that it runs.
   *
   * <p>Lock-free; needs no Java heap, and takes time in proportion to what the thread keeps. Does
   * nothing where it keeps nothing.
   *
   * @throws IllegalStateException if this heap is closed; or if a freed slot's link was
   *     overwritten, and then the slots behind it are given up, and all else has been given
   */
  public void releaseThreadCache() {
    checkOpen();
    heap.releaseThreadCache();
    Reference.reachabilityFence(this);
  }

  /**
   * {@inheritDoc} Needs no Java heap. Must not be called on {@link #global()}.
   *
   * @throws IllegalStateException if something is attached, or the operating system refuses;
   *     nothing has changed then, and close can be called again
   * @throws UnsupportedOperationException on {@link #global()}
   */
  @Override
  public void close() {
    checkCloseable();
    Headroom.checkStack();
    try {
      synchronized (systemCalls) {
        synchronized (dependants) {
          if (!closed) {
            release();
          }
        }
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void checkCloseable() {
    if (!closeable) {
      throw new UnsupportedOperationException(
          "heap '" + name + "' is the process's and is never closed");
    }
  }

  /** The caller has both monitors, and stack enough. */
  private void release() {
    if (dependants.count() != 0 || confinedArenas.sum() != 0) {
      dependants.checkNone("heap '" + name + "'");
      confinedArenas.checkNone("heap '" + name + "'");
    }
    if (!lifetime.end()) {
      throw new AssertionError("a heap that is open and not in use has no lifetime");
    }
    try {
      heap.release();
    } catch (Throwable refused) {
      lifetime.resume();
      throw refused;
    }
    end();
  }

  /**
   * Closes the arenas, pools and pointer tables that are open on this heap, the newest first, and
   * then the heap. Idempotent.
   *
   * <p>A confined arena that was opened on the heap itself is its thread's alone to close. Where
   * one is open this heap ends for all calls, and its region stays: the arena's segments can be
   * used until it is closed, and the region goes some time after that, when this heap is not
   * reachable any more either.
   *
   * @throws IllegalStateException if one of those that are closed here refuses (a segment is in use
   *     by a downcall; a confined arena of another thread that was opened through a wrapper), with
   *     the reason as its cause, or another thread has opened one meanwhile; the others are closed
   *     then, and the heap stays open
   * @throws UnsupportedOperationException on {@link #global()}; nothing has been closed then
   */
  public void closeNow() {
    checkCloseable();
    try {
      dependants.closeAll();
    } finally {
      synchronized (dependants) {
        noteUse();
      }
    }
    Headroom.checkStack();
    synchronized (systemCalls) {
      synchronized (dependants) {
        if (!closed && confinedArenas.sum() != 0) {
          dependants.checkNone("heap '" + name + "'");
          heap.forgetThreads();
          end();
        }
      }
    }
    close();
  }

  /** Tells whether this heap has ended, for those who would free blocks of it. */
  boolean isClosed() {
    return closed;
  }

  /** Returns the heap's name, size and place. */
  @Override
  public String toString() {
    Region region = heap.shared().region();
    return "Smalloc["
        + name
        + (", 2^" + Long.numberOfTrailingZeros(region.byteSize()) + " bytes at 0x")
        + Long.toHexString(region.layout().base())
        + (closed ? ", closed]" : "]");
  }

  /** The heap inside, for walks over its invariants. */
  OwnedHeap heap() {
    return heap;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("heap '" + name + "' is closed");
    }
  }

  private OutOfMemoryError outOfMemory(long byteSize, long byteAlignment) {
    String why = Refusals.whyNothingIsLeft(heap.shared(), byteSize, byteAlignment);
    return new OutOfMemoryError("heap '" + name + "': " + why);
  }

  /** Sets up a heap. Not safe for use by several threads. */
  public sealed interface Builder permits SmallocBuilder {

    /**
     * Sets the name that messages use; the default is "heap-" and a number.
     *
     * @param name any text
     * @return this builder
     */
    Builder name(String name);

    /**
     * Sets the size of the region, {@code 2^regionBits} bytes of address space: a slab's area is
     * {@code 2^(regionBits-11)} bytes per size class, the largest slot a quarter of that and at
     * most 2 GiB. A size set here is had exactly or {@link #build} fails.
     *
     * <p>Without it the heap reserves what it can need: {@code 2^44} bytes, or with {@link
     * #maxBytes} so many that an area of each class and slab holds the limit, which is {@code 2^11}
     * times the limit. If the system refuses that much, it takes the next smaller power of two that
     * leaves as much again. Of such a region one half is 64 slabs, as above, and the other is 16
     * slabs more, which no thread owns; each goes to a size class when that finds nothing else, and
     * stays with it. A block may be as large as one of these, a 32nd of the region.
     *
     * @param regionBits 28 to 45
     * @return this builder
     * @throws IllegalArgumentException if {@code regionBits} is out of range
     */
    Builder regionBits(int regionBits);

    /**
     * Bounds the slot bytes that are live, or on an OS page with a live block, or kept by an owner,
     * and with them what can be resident, but for the heap's own words. Before an allocation is
     * refused memory moves: what the calling thread and dead threads hold back is taken, and OS
     * pages on which all slots are free go back to the system, and their bytes to whoever asks. So
     * blocks of any size can follow blocks of any other; what is refused then was not to be had but
     * from other live owners. A refusal that repeats, while nothing has been freed, costs some 0.1
     * µs; dead threads are looked for once a millisecond. Of threads that race for the last bytes
     * one may be refused that would fit. With {@link #commitOnDemand}, and in the upper half of a
     * region that the system has cut, memory freed stays with its size until a {@link
     * Allocator#trim} finds all of an area free. The default is no limit.
     *
     * @param maxBytes bytes, more than 0
     * @return this builder
     * @throws IllegalArgumentException if {@code maxBytes} is not positive
     */
    Builder maxBytes(long maxBytes);

    /**
     * Sets what is asked before an allocation is refused because nothing is left: a cache that can
     * drop values, say. It gets the bytes that were asked for, or the alignment if that is more,
     * after memory was moved as {@link #maxBytes} says, on the thread that allocates, and is asked
     * once for an allocation. Its answer {@code true} says that something was freed: then the
     * allocation is tried once more, and looks also at what threads keep that have ended or gone
     * idle meanwhile. With {@code false}, or if that finds nothing either, {@code malloc}, {@code
     * calloc}, {@code realloc} and all that is built on them (arenas, pools, C code) fail as
     * without a handler, and {@link Allocator#tryMalloc} answers {@code NULL}. A block that {@code
     * realloc} can leave where it is asks nobody; nor does a {@code callocArray} whose product
     * overflows. The default is none.
     *
     * <p>The handler may allocate, free, {@link Allocator#trim} and wait. An allocation of its own
     * that finds nothing left is refused without asking again; one by another thread that it waits
     * for does ask. What it throws, the allocation throws, having changed nothing. It is called by
     * several threads at once, and in the middle of the call that allocates: it must not use the
     * arena or pool that is about to grow, nor free the block that {@code realloc} is about to
     * move.
     *
     * @param handler asked with bytes, 0 or more
     * @return this builder
     * @throws NullPointerException if {@code handler} is null
     */
    Builder onExhaustion(LongPredicate handler);

    /**
     * Sets how often a thread of this heap gives memory back that nobody uses: at each tick what
     * was free at the tick before and has not been handed out since, as far as the heap's words
     * tell. So memory that is free for two intervals goes back, and memory that is used again and
     * again stays. It reaches what {@link Allocator#trim} reaches, and takes from threads that wait
     * as that does: such a thread has to look for a slab when it goes on. With {@link
     * #commitOnDemand}, and in the upper half of a region that the system has cut, it looks at a
     * size in a slab as a whole, and waits until nobody has freed or taken a block of it there.
     *
     * <p>A tick looks at what was freed since the last one; where nothing was it costs some
     * microseconds. It takes turns with {@link Allocator#trim}, {@link Allocator#stats} and {@link
     * Allocator#close}. The thread is a daemon, has no context class loader, and keeps neither the
     * heap nor a class loader reachable; it ends with the heap, at the next tick at the latest
     * where that is not closed. What it meets of damaged lists is counted in {@link
     * AllocatorStats#lostBlocks} and thrown to nobody. The default is none.
     *
     * @param interval from the end of one tick to the next, more than 0
     * @return this builder
     * @throws IllegalArgumentException if {@code interval} is not positive, or more than 2^63 - 1
     *     nanoseconds, 292 years
     * @throws NullPointerException if {@code interval} is null
     */
    Builder trimEvery(Duration interval);

    /**
     * Sets whether platform threads own slabs; the default is {@code true}. With {@code false}
     * every malloc and every free is one compare-and-swap on words that all threads share: several
     * times slower for a thread that frees its own blocks, but no thread holds a free slot back
     * from the others.
     *
     * @param ownedSlabs whether platform threads own slabs
     * @return this builder
     */
    Builder ownedSlabs(boolean ownedSlabs);

    /**
     * Sets how much of each size class {@link #build} touches, so that no malloc meets a page fault
     * there: the first bytes of the classes up to 512 KiB (18 of them; fewer in small regions), in
     * as many slabs as the JVM has processors, which are those that the first threads get. They are
     * resident from then on, 18 × processors × {@code bytesPerClass} in all, used or not, and do
     * not count as taken, nor for {@link #maxBytes}. What was used there and freed goes back with a
     * {@link Allocator#trim}. The default is 0.
     *
     * @param bytesPerClass bytes, 0 or more, rounded up to OS pages; what exceeds an area is left
     *     out
     * @return this builder
     * @throws IllegalArgumentException if {@code bytesPerClass} is negative
     */
    Builder prefault(long bytesPerClass);

    /**
     * Sets whether the region becomes accessible bit by bit, each area before its frontier comes
     * near, in steps that double from 64 KiB up to 64 MiB; the default is {@code false}: all of it
     * at once. What is accessible counts for {@code ulimit -d}, for strict overcommit and for
     * {@code mlockall}, used or not, and stays accessible until the heap ends. malloc then makes a
     * system call now and then, and where the system refuses it goes on as if the area was full.
     * The region has 481 mappings at the most: a slab that a thread owns takes 6, each size in it
     * 2, or 4 below 1 KiB; if there are none left, blocks come from where there are some, and
     * threads own no more slabs.
     *
     * <p>Where the system refuses the whole region at once, a heap does this by itself.
     *
     * @param onDemand whether to do that
     * @return this builder
     */
    Builder commitOnDemand(boolean onDemand);

    /**
     * Sets whether the heap asks the system for transparent huge pages; the default is {@code
     * false}. A size of up to 4 KiB in a slab gets them from its third MiB on, 2 MiB at a time, as
     * its frontier comes to them; so up to 2 MiB for each such size and slab are resident without
     * being used, and never more than are in use. The system decides ({@code
     * /sys/kernel/mm/transparent_hugepage/enabled} has to be {@code madvise} or {@code always}).
     * Does nothing in a region that becomes accessible bit by bit. Tables that {@code realloc} has
     * grown beyond 4 MiB have them apart from this: see {@link Smalloc}.
     *
     * @param hugePages whether to ask for them
     * @return this builder
     */
    Builder hugePages(boolean hugePages);

    /**
     * Sets whether what the heap has in memory stays there: an OS page is locked from its first
     * touch until it is given back, so it is never swapped out. What was not touched takes no
     * memory. The system's limit of locked memory ({@code ulimit -l}) counts all addresses of the
     * heap, so a process without the privilege CAP_IPC_LOCK sets {@link #maxBytes} or a small
     * {@link #regionBits}, and raises it to {@link AllocatorStats#reservedBytes}. The default is
     * {@code false}. On a Linux before 5.18 nothing of such a heap is given back: {@link
     * Allocator#trim} returns 0.
     *
     * @param lock whether to lock it
     * @return this builder
     */
    Builder lockMemory(boolean lock);

    /**
     * Reserves the region. A build that fails leaves nothing reserved.
     *
     * @return a heap of its own
     * @throws OutOfMemoryError if the system refuses, and then the message names the limit that was
     *     met and what to change; or if the Java heap is full
     * @throws IllegalCallerException if native access is denied; the message names the option
     * @throws UnsupportedOperationException if the system is neither Linux nor macOS, or {@link
     *     #lockMemory} is set and it is not Linux
     */
    Smalloc build();
  }
}
