package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.smalloc4j.internal.os.ProgramBreak;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.NativeAccess;

/** The growers of this library. Each belongs to one {@link FirstFitAllocator}. */
public final class Growers {
  private Growers() {}

  /**
   * Returns a grower that gives out one segment, all of it at the first call, and then nothing.
   *
   * @param segment native memory that its owner keeps alive as long as any block is used, and
   *     touches by no other way meanwhile; {@link Grower#close} leaves it alone
   * @return a grower
   * @throws IllegalArgumentException if {@code segment} is on the Java heap or read-only
   */
  public static Grower fixed(MemorySegment segment) {
    return new FixedGrower(segment);
  }

  /**
   * Returns a grower that reserves {@code maxBytes} of addresses at its first call and gives them
   * out 64 KiB and more at a time. An OS page is resident from its first touch until {@link
   * Grower#close}, which gives everything back; without that it stays reserved until the process
   * ends.
   *
   * @param maxBytes bytes, 128 to 2^40; rounded up to an OS page
   * @return a grower, whose first call throws {@link OutOfMemoryError} if the system refuses the
   *     addresses; the message names the limit to change
   * @throws IllegalArgumentException if {@code maxBytes} is out of range
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the system is neither Linux nor macOS
   */
  public static Grower reserved(long maxBytes) {
    checkMaxBytes(maxBytes);
    NativeAccess.check();
    return new ReservedGrower(VirtualMemory.of(System.getProperty("os.name", "")), maxBytes);
  }

  /**
   * Returns a grower over a file that is mapped into memory, for {@link FirstFitAllocator#open};
   * {@link FirstFitAllocator#raw(Grower)} and {@link FirstFitAllocator#locked(Grower)} take it too
   * if the file is new or empty. The file is opened, and created if there is none, by these calls,
   * not by this one. It grows 64 KiB and more at a time, and so that the file system has space for
   * what it grew by: a full disk is an {@link OutOfMemoryError} of the call that needed memory.
   *
   * <p>While a heap is open its file is locked for the whole operating system. Whoever shortens it
   * nevertheless makes the JVM fail when the heap is used.
   *
   * @param file a path of the default file system
   * @param maxBytes what the file may grow to, 128 bytes to 2^40; as many addresses are reserved
   * @return a grower
   * @throws IllegalArgumentException if {@code maxBytes} is out of range
   * @throws IllegalCallerException if native access is denied; the message names the option
   */
  public static Grower file(Path file, long maxBytes) {
    checkMaxBytes(maxBytes);
    NativeAccess.check();
    return new FileGrower(file, maxBytes);
  }

  /**
   * Returns a grower that moves the break of the process, the end of its data segment, as the
   * published allocator does. <b>For a demonstration in a process of its own: there is no safe use
   * of it beside the C library's own.</b> The C library's malloc, which the JVM and every native
   * library use, moves the same break, and no lock that both would take exists. Where it has moved
   * the break since, the memory here is no longer contiguous and there is no more; where both move
   * it at one moment, either may take memory for its own that is the other's, and anything may
   * happen. The break is never moved back: {@link Grower#close} gives nothing back.
   *
   * @param stepBytes bytes by which the break is moved at a time, or a multiple where more is
   *     needed; 4096 to 2^40, a multiple of 16
   * @return a grower
   * @throws IllegalArgumentException if {@code stepBytes} is out of range or no multiple of 16
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the C library has no {@code sbrk}
   */
  public static Grower brk(long stepBytes) {
    if (stepBytes < 4096 || stepBytes > BlockHeader.LARGEST_HEAP || stepBytes % 16 != 0) {
      throw new IllegalArgumentException(
          "stepBytes is " + stepBytes + "; expected a multiple of 16 from 4096 to 2^40");
    }
    NativeAccess.check();
    return new BreakGrower(new ProgramBreak(), stepBytes);
  }

  private static void checkMaxBytes(long maxBytes) {
    if (maxBytes < HeapStart.SMALLEST_HEAP || maxBytes > BlockHeader.LARGEST_HEAP) {
      throw new IllegalArgumentException(
          "maxBytes is " + maxBytes + "; expected " + HeapStart.SMALLEST_HEAP + " bytes to 2^40");
    }
  }
}
