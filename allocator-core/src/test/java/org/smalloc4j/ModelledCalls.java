package org.smalloc4j;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Calls of an allocator in series, and a model of what is live. How a series is made, and what is
 * observed meanwhile, is up to the subclass.
 */
abstract class ModelledCalls implements AutoCloseable {
  private final Allocator allocator;
  private final BiConsumer<Allocator, Collection<Long>> walk;
  private final Set<Long> live = new HashSet<>();
  private final ExecutorService mate = Executors.newSingleThreadExecutor(ModelledCalls::daemon);

  /** Creates the model of an allocator that has no block; {@code walk} checks its insides. */
  ModelledCalls(Allocator allocator, BiConsumer<Allocator, Collection<Long>> walk) {
    this.allocator = allocator;
    this.walk = walk;
  }

  private static Thread daemon(Runnable work) {
    return Thread.ofPlatform().daemon().unstarted(work);
  }

  /** Calls {@code function} with 0, 1 … {@code count - 1}; returns the answers. */
  abstract long[] make(int count, IntToLongFunction function);

  /** Calls {@code function}, which allocates a block, {@code count} times. */
  long[] take(int count, IntToLongFunction function) {
    long[] results = make(count, function);
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
    long[] results = make(blocks.length, function);
    for (int i = 0; i < blocks.length; i++) {
      check(live.remove(blocks[i]), "was not live");
      check(live.add(results[i]), "handed out twice: " + Long.toHexString(results[i]));
    }
    return results;
  }

  /**
   * Calls {@code function}, which changes nothing, {@code count} times; true is its only answer.
   */
  void ask(int count, IntPredicate function) {
    long[] results = make(count, i -> function.test(i) ? 1 : 0);
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
