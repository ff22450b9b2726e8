package org.smalloc4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;

/** Calls that are watched for what they leave on the Java heap. */
final class CountedCalls extends ModelledCalls {
  /** {@code com.sun.management.ThreadMXBean}'s, of a module that the core does not read. */
  private static final MethodHandle ALLOCATED_BYTES = allocatedBytesOfThread();

  /** After 127 calls a method handle is customised, which allocates; then never again. */
  private static final int FIRST_LOOKS = 1000;

  /** A weak reference, which a thread needs once, to own a slab. */
  private static final long MOST_BYTES_OF_ACQUISITION = 64;

  private final long threadId;
  private boolean hasAcquired;
  private final long bytesOfTwoLooks;
  private long calls;
  private long bytes;
  private long callsThatAllocated;

  /**
   * Creates the model of an allocator that has no block.
   *
   * @param threadId id of the platform thread that makes the calls: a virtual thread's carrier
   */
  CountedCalls(Allocator allocator, BiConsumer<Allocator, Collection<Long>> walk, long threadId) {
    super(allocator, walk);
    this.threadId = threadId;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < FIRST_LOOKS; i++) {
      long before = allocatedBytes();
      least = Math.min(least, allocatedBytes() - before);
    }
    bytesOfTwoLooks = least;
  }

  private static MethodHandle allocatedBytesOfThread() {
    try {
      Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
      Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
      Object threads = factory.getMethod("getThreadMXBean").invoke(null);
      MethodType signature = MethodType.methodType(long.class, long.class);
      return MethodHandles.publicLookup()
          .findVirtual(type, "getThreadAllocatedBytes", signature)
          .bindTo(threads);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private long allocatedBytes() {
    try {
      return (long) ALLOCATED_BYTES.invokeExact(threadId);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the number of calls so far. */
  long calls() {
    return calls;
  }

  /** Returns the number of calls so far that left something on the Java heap. */
  long callsThatAllocated() {
    return callsThatAllocated;
  }

  /** Returns what the calls so far left on the Java heap. */
  long bytes() {
    return bytes;
  }

  @Override
  long[] make(int count, IntToLongFunction function) {
    long[] results = new long[count];
    for (int i = 0; i < count; i++) {
      long before = allocatedBytes();
      long result = function.applyAsLong(i);
      long used = allocatedBytes() - before - bytesOfTwoLooks;
      results[i] = result;
      calls++;
      if (used > 0 && used <= MOST_BYTES_OF_ACQUISITION && !hasAcquired) {
        hasAcquired = true;
      } else if (used != 0) {
        bytes += used;
        callsThatAllocated++;
      }
    }
    return results;
  }
}
