package org.smalloc4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;

/**
 * Calls at a depth of the stack. One that ended has done all it does, one that ended with a {@link
 * StackOverflowError} nothing. Those are then made once more where the stack is not at its end, and
 * must succeed.
 */
final class DeepCalls extends ModelledCalls implements Stairs.Goal {
  private static final long NOT_ENDED = Long.MIN_VALUE;

  private final Stairs stairs;
  private int depth;
  private int index;
  private IntToLongFunction call = _ -> 0;
  private long[] results = {};
  private Throwable[] thrown = {};
  private long calls;
  private long overflows;

  /** Creates the model of an allocator that has no block; {@code walk} checks its insides. */
  DeepCalls(Allocator allocator, BiConsumer<Allocator, Collection<Long>> walk, Stairs stairs) {
    super(allocator, walk);
    this.stairs = stairs;
  }

  /** Sets the depth of the calls from now on. */
  void at(int newDepth) {
    depth = newDepth;
  }

  /** Returns the number of calls so far. */
  long calls() {
    return calls;
  }

  /** Returns the number of calls so far that ended with a {@link StackOverflowError}. */
  long overflows() {
    return overflows;
  }

  @Override
  long[] make(int count, IntToLongFunction function) {
    call = function;
    results = new long[count];
    thrown = new Throwable[count];
    Arrays.fill(results, NOT_ENDED);
    index = 0;
    Throwable before = null;
    try {
      stairs.descend(depth, this);
    } catch (StackOverflowError tooDeepForAny) {
      before = tooDeepForAny;
    }
    calls += count;
    List<Integer> again = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (results[i] == NOT_ENDED) {
        checkIsOverflow(thrown[i] == null ? before : thrown[i]);
        overflows++;
        again.add(i);
      }
    }
    for (int i : again) {
      results[i] = function.applyAsLong(i);
    }
    return results;
  }

  @Override
  public void atFlight(Stairs from, int step) {
    for (int end = results.length; index < end; index++) {
      try {
        from.step(step, this);
      } catch (Throwable t) {
        thrown[index] = t;
      }
    }
  }

  @Override
  public void atStep() {
    results[index] = call.applyAsLong(index);
  }

  private static void checkIsOverflow(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof StackOverflowError) {
        return;
      }
    }
    throw new AssertionError("not a stack overflow", thrown);
  }
}
