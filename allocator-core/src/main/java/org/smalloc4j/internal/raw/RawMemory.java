package org.smalloc4j.internal.raw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Loads, stores and compare-and-swaps on absolute addresses, compiled to plain instructions: one
 * constant segment over the whole address space, constant VarHandles. Nothing is checked; addresses
 * come from {@code internal.address}, and one that is not mapped crashes the JVM.
 *
 * <p>{@code …Acquire}, {@code …Release…} and {@code …Volatile} name the {@link VarHandle} mode and
 * need 8-byte alignment; {@code …Plain} accesses promise nothing between threads.
 */
public final class RawMemory {
  @SuppressWarnings("restricted")
  static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle OWN_WORD = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();
  private static final VarHandle LINK = ValueLayout.JAVA_INT_UNALIGNED.varHandle();

  /** All bits that an address can have. */
  private static final long ADDRESS_MASK = (1L << 56) - 1;

  /** What is cleared and copied word by word, at the most. */
  private static final int SHORT = 64;

  /** Small enough to stay in the first-level cache. */
  static final long ZEROS_BYTES = 4096;

  private static final MemorySegment ZERO_SEGMENT = Arena.ofAuto().allocate(ZEROS_BYTES, 64);
  static final long ZEROS = ZERO_SEGMENT.address();

  private RawMemory() {}

  /**
   * Returns {@code address}, and tells C2 that it is one. Accesses at and a little beyond an
   * address that came through here are compiled without a bounds check: a compare and a branch
   * each, a fifth of the cost of malloc and free (ADR 7).
   */
  public static long address(long address) {
    return address & ADDRESS_MASK;
  }

  /** Returns the address of a word that is 0, and that nobody writes. */
  public static long zeroWord() {
    return ZEROS;
  }

  /** Loads an aligned word of the calling thread's own; of another's, it may be out of date. */
  public static long loadPlain(long address) {
    return (long) OWN_WORD.get(EVERYTHING, address);
  }

  /** Stores an aligned word of the calling thread's own. */
  public static void storePlain(long address, long value) {
    OWN_WORD.set(EVERYTHING, address, value);
  }

  /** Loads a shared word: sees everything its writer wrote before the write that is seen. */
  public static long loadAcquire(long address) {
    return (long) WORD.getAcquire(EVERYTHING, address);
  }

  /**
   * Stores an aligned word after all that is stored before it and before all that is stored after
   * it. A process that dies at whatever instruction leaves its stores in that order to whoever maps
   * the same file next.
   */
  public static void storeReleaseFenced(long address, long value) {
    WORD.setRelease(EVERYTHING, address, value);
    VarHandle.storeStoreFence();
  }

  /** Replaces a shared word if it has the expected value, as a volatile read and write. */
  public static boolean casVolatile(long address, long expected, long replacement) {
    return WORD.compareAndSet(EVERYTHING, address, expected, replacement);
  }

  /** Adds to a shared word, as a volatile read and write; returns what it was before. */
  public static long addVolatile(long address, long delta) {
    return (long) WORD.getAndAdd(EVERYTHING, address, delta);
  }

  /** Loads the link of a slot: garbage if another thread owns the slot by now. */
  public static int loadLinkPlain(long address) {
    return (int) LINK.get(EVERYTHING, address);
  }

  /** Stores the link of a slot that the caller owns. */
  public static void storeLinkPlain(long address, int link) {
    LINK.set(EVERYTHING, address, link);
  }

  /**
   * Fills a block with zeros, by copies of some that are there, in pieces as {@link #copy}; a short
   * one by words. {@link MemorySegment#fill} takes four times as long for 4 KiB, and needs a
   * segment (ADR 13).
   */
  public static void zero(long address, long byteSize) {
    if (byteSize > SHORT) {
      Bulk.zero(address, byteSize);
      return;
    }
    long start = address(address);
    int done = 0;
    for (; done <= byteSize - Long.BYTES; done += Long.BYTES) {
      storePlain(start + done, 0);
    }
    if (done < byteSize) {
      Bulk.zero(address + done, byteSize - done);
    }
  }

  /**
   * Copies between two blocks that do not overlap, in pieces, between which a safepoint is reached.
   *
   * @throws StackOverflowError if there is no stack for some calls; perhaps in the middle
   */
  public static void copy(long source, long target, long byteSize) {
    Bulk.copy(source, target, byteSize);
  }

  /** Copies whole words between two blocks that do not overlap; few of them one by one. */
  public static void copyWords(long source, long target, long byteSize) {
    if (byteSize > SHORT) {
      Bulk.copy(source, target, byteSize);
      return;
    }
    long from = address(source);
    long to = address(target);
    for (int done = 0; done < byteSize; done += Long.BYTES) {
      storePlain(to + done, loadPlain(from + done));
    }
  }

  /** Returns a block as a segment in the global scope. */
  public static MemorySegment segment(long address, long byteSize) {
    return EVERYTHING.asSlice(address, byteSize);
  }

  /**
   * Returns a block as a segment in the scope of {@code lifetime}.
   *
   * @throws IllegalStateException if {@code lifetime} is closed
   * @throws WrongThreadException if {@code lifetime} is another thread's
   */
  @SuppressWarnings("restricted")
  public static MemorySegment segment(long address, long byteSize, Arena lifetime) {
    return MemorySegment.ofAddress(address).reinterpret(byteSize, lifetime, null);
  }

  /** Has {@code lifetime} run an action at its end. */
  @SuppressWarnings("restricted")
  public static void atEndOf(Arena lifetime, Runnable action) {
    MemorySegment _ = MemorySegment.NULL.reinterpret(lifetime, _ -> action.run());
  }

  /**
   * Returns the address of a native segment in the global scope.
   *
   * @throws IllegalArgumentException if the segment is on the Java heap, or in another scope
   */
  public static long globalAddress(MemorySegment segment) {
    long address = nativeAddress(segment);
    if (!segment.scope().equals(EVERYTHING.scope())) {
      throw new IllegalArgumentException(
          segment
              + " is not in the global scope, it belongs to an arena, which frees it; expected a"
              + " segment that the allocator itself has allocated");
    }
    return address;
  }

  /**
   * Returns a block as a segment in the scope of {@code lifetime}, whose end hands it to {@code
   * cleanup}: that alone, and nothing of ours, is held until then.
   */
  @SuppressWarnings("restricted")
  public static MemorySegment segment(
      long address, long byteSize, Arena lifetime, Consumer<MemorySegment> cleanup) {
    return segment(address, byteSize).reinterpret(lifetime, cleanup);
  }

  /**
   * Returns the address of a native segment.
   *
   * @throws IllegalArgumentException if the segment is on the Java heap
   */
  public static long nativeAddress(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "segment " + segment + " is on the Java heap; expected a native segment of a live block");
    }
    return segment.address();
  }
}
