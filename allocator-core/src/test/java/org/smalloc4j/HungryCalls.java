package org.smalloc4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Calls while the Java heap is full. One that ended has done all it does, one that ended with an
 * {@link OutOfMemoryError} nothing. Those are then made once more when there is room, and must
 * succeed.
 */
final class HungryCalls extends ModelledCalls {
  private static final long NOT_ENDED = Long.MIN_VALUE;

  /** Few objects, for collections to be short: each length is used until nothing fits. */
  private static final int[] LENGTHS = {1 << 16, 1 << 12, 1 << 8, 32, 4, 1};

  private @Nullable Object @Nullable [] filling;
  private int objectsLeft;
  private long calls;
  private long refused;

  /** Creates the model of an allocator that has no block; {@code walk} checks its insides. */
  HungryCalls(Allocator allocator, BiConsumer<Allocator, Collection<Long>> walk) {
    super(allocator, walk);
  }

  /** Sets how many objects of the smallest size there is room for, from now on. */
  void leave(int objects) {
    objectsLeft = objects;
  }

  /** Returns the number of calls so far. */
  long calls() {
    return calls;
  }

  /** Returns the number of calls so far that were refused Java heap. */
  long refused() {
    return refused;
  }

  @Override
  long[] make(int count, IntToLongFunction function) {
    long[] results = new long[count];
    Throwable[] thrown = new Throwable[count];
    Arrays.fill(results, NOT_ENDED);
    fill();
    for (int i = 0; i < count; i++) {
      try {
        results[i] = function.applyAsLong(i);
      } catch (Throwable t) {
        thrown[i] = t;
      }
    }
    filling = null;
    calls += count;
    for (int i = 0; i < count; i++) {
      if (results[i] == NOT_ENDED) {
        checkIsRefusal(thrown[i]);
        refused++;
        results[i] = function.applyAsLong(i);
      }
    }
    return results;
  }

  private void fill() {
    for (int length : LENGTHS) {
      try {
        while (true) {
          @Nullable Object[] more = new @Nullable Object[length];
          more[0] = filling;
          filling = more;
        }
      } catch (OutOfMemoryError full) {
        // then smaller ones
      }
    }
    for (int i = 0; i < objectsLeft && filling != null; i++) {
      filling = (@Nullable Object[]) filling[0];
    }
  }

  private static void checkIsRefusal(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        return;
      }
    }
    throw new AssertionError("not an OutOfMemoryError", thrown);
  }
}
