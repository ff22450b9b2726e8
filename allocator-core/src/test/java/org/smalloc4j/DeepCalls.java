package org.smalloc4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;

/**
 * Calls of an allocator at a depth of the stack, and a model of what is live.
 *
 * <p>A call that ended has done all it does, one that ended with a {@link StackOverflowError}
 * nothing. Those are then made once more where the stack is not at its end, and must succeed.
 */
final class DeepCalls implements Stairs.Goal, AutoCloseable {
  private static final long NOT_ENDED = Long.MIN_VALUE;

  private final Allocator allocator;
  private final BiConsumer<Allocator, Collection<Long>> walk;
  private final Stairs stairs;
  private final Set<Long> live = new HashSet<>();
  private final ExecutorService mate = Executors.newSingleThreadExecutor(DeepCalls::daemon);

  private int depth;
  private int index;
  private IntToLongFunction call = _ -> 0;
  private long[] results = {};
  private Throwable[] thrown = {};

  private long calls;
  private long overflows;

  /** Creates the model of an allocator that has no block; {@code walk} checks its insides. */
  DeepCalls(Allocator allocator, BiConsumer<Allocator, Collection<Long>> walk, Stairs stairs) {
    this.allocator = allocator;
    this.walk = walk;
    this.stairs = stairs;
  }

  private static Thread daemon(Runnable work) {
    return Thread.ofPlatform().daemon().unstarted(work);
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

  /** Calls {@code function}, which allocates a block, {@code count} times. */
  long[] take(int count, IntToLongFunction function) {
    make(count, function);
    for (int i = 0; i < count; i++) {
      check(live.add(results[i]), "handed out twice: " + Long.toHexString(results[i]));
    }
    return results;
  }

  /** Calls {@code function}, which ends the life of block {@code i}, for each block. */
  void end(long[] blocks, IntToLongFunction function) {
    make(blocks.length, function);
    for (long block : blocks) {
      check(live.remove(block), "was not live");
    }
  }

  /** Calls {@code function}, which may move block {@code i}, for each block. */
  long[] move(long[] blocks, IntToLongFunction function) {
    make(blocks.length, function);
    for (int i = 0; i < blocks.length; i++) {
      check(live.remove(blocks[i]), "was not live");
      check(live.add(results[i]), "handed out twice: " + Long.toHexString(results[i]));
    }
    return results;
  }

  /**
   * Calls {@code function}, which changes nothing, {@code count} times; true is its only answer.
   */
  void ask(int count, java.util.function.IntPredicate function) {
    make(count, i -> function.test(i) ? 1 : 0);
    for (long result : results) {
      check(result == 1, "wrong answer");
    }
  }

  /** Tells the model of blocks that were allocated elsewhere. */
  long[] nowLive(long[] blocks) {
    for (long block : blocks) {
      check(live.add(block), "handed out twice: " + Long.toHexString(block));
    }
    return blocks;
  }

  /** Tells the model of blocks that were freed elsewhere. */
  void noLongerLive(long[] blocks) {
    for (long block : blocks) {
      check(live.remove(block), "was not live");
    }
  }

  /** Allocates blocks here, not deep. */
  long[] some(int count, long byteSize) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = allocator.malloc(byteSize);
    }
    return blocks;
  }

  /** Does something in another thread, which stays alive. */
  <T> T inMate(Callable<T> work) {
    try {
      return mate.submit(work).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Does something in another thread, which is dead then. */
  static <T> T inDead(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      Thread thread = new Thread(task);
      thread.start();
      thread.join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void make(int count, IntToLongFunction function) {
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

  /** Compares the allocator with the model. */
  void compare() {
    walk.accept(allocator, live);
  }

  /** Frees what is live, and compares for the last time. */
  void freeAll() {
    for (long block : live) {
      allocator.free(block);
    }
    live.clear();
    compare();
    allocator.trim();
    compare();
  }

  @Override
  public void close() {
    mate.shutdown();
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
