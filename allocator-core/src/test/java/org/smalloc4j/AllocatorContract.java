package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * What the contract's concerns are tested on, and where implementations may differ: override a
 * method to declare a difference. Every test of the contract frees what it allocates.
 */
@ExtendWith(OutOfMemoryFails.class)
interface AllocatorContract {

  /** The allocator of this test, empty at first; after the test it is checked and closed. */
  Allocator allocator();

  /** Makes an allocator like that of {@link #allocator}, for the test to close. */
  Allocator newAllocator();

  /** Makes an allocator that 256-byte blocks exhaust in well below a second. */
  Allocator newSmallAllocator();

  /** Size in bytes of the largest block. */
  default long largestBlock() {
    return 1L << 31;
  }

  /** Tells whether a slot is a power of two, 4 or more, and aligned to it. */
  default boolean slotsArePowersOfTwo() {
    return true;
  }

  /** Tells whether each wrong address is refused with its exact reason. */
  default boolean checksAddressesExactly() {
    return true;
  }

  /** The most free 256-byte blocks that a live thread may hold back from the others. */
  default int mostHeldBack() {
    return 0;
  }

  /** Tells whether a double free is caught in any thread, not only in that of the first free. */
  default boolean catchesDoubleFreesOfOtherThreads() {
    return true;
  }

  /** Divides the calls that threads make: for an allocator each of whose calls is a system call. */
  default int slowness() {
    return 1;
  }

  /** Fails unless the insides of an allocator at rest, with these live blocks, are consistent. */
  default void checkAtRest(Allocator allocator, Collection<Long> live) {}

  /** Alignments that blocks can have: 1, 2, 4, … to the largest block. */
  default long[] alignments() {
    return LongStream.iterate(1, a -> a > 0 && a <= largestBlock(), a -> a << 1).toArray();
  }

  /** Sizes around each power of two, from 0 to {@code largest} + 1. */
  static long[] borderSizes(long largest) {
    return LongStream.iterate(1, p -> p > 0 && p <= largest, p -> p << 1)
        .flatMap(p -> LongStream.of(p - 1, p, p + 1))
        .distinct()
        .toArray();
  }

  /** Fails unless {@code call} throws {@code type} with a message that contains all parts. */
  static <T extends Throwable> T assertRefused(Class<T> type, Executable call, Object... parts) {
    T refusal = assertThrows(type, call);
    for (Object part : parts) {
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains(part.toString()), () -> "no '" + part + "' in: " + message);
    }
    return refusal;
  }

  /** Fails unless {@code call} throws {@code type} and the allocator's figures stay as they are. */
  default void assertChangesNothing(Class<? extends Throwable> type, Executable call) {
    AllocatorStats before = allocator().stats();
    assertThrows(type, call);
    UnchangedFigures.check(before, allocator().stats(), "figures after a refused call");
  }
}
