package org.smalloc4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * How many confined arenas are open on a heap, counted by their threads without an atomic
 * instruction. Wait-free.
 *
 * <p>Law: {@link #sum} is the number of counts opened and not closed, if no thread is just doing
 * either.
 */
final class OpenArenas {
  /*
   * A platform thread has a count of its own, found by its id, as long as it lives and no thread of
   * the same index was faster; all others share one that is changed atomically. A thread that dies
   * leaves its count, with what it never closed, to the next one: only the sum matters. An arena is
   * closed at the count it was opened at, by the same thread.
   */
  private static final int COUNTS = 64;

  /** Numbers between two counts: no two threads write the same cache line. */
  private static final int STRIDE = 8;

  private static final VarHandle OPEN = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(Count[].class);

  /**
   * The numbers, an array of the JDK's and nothing of ours, so that the heap's lifetime can look at
   * them when all else is gone.
   */
  private final long[] open = new long[(COUNTS + 1) * STRIDE];

  /**
   * Racy: a thread uses a count only if its own id stands in it, which is final, and which that
   * thread alone wrote.
   */
  private final @Nullable Count[] counts = new @Nullable Count[COUNTS];

  private final Count shared = new Count(open, COUNTS * STRIDE, 0, null);

  /** Creates the counts; none is open. */
  OpenArenas() {
    if (sum() != 0) { // links what close() calls, which is to need no Java heap
      throw new AssertionError("an arena is open before the heap is");
    }
  }

  /** A number of open arenas. */
  static final class Count {
    private final long[] open;
    private final int index;

    /** The one thread that changes it; 0 if there are many. */
    private final long ownerId;

    private final @Nullable WeakReference<Thread> owner;

    private Count(long[] open, int index, long ownerId, @Nullable WeakReference<Thread> owner) {
      this.open = open;
      this.index = index;
      this.ownerId = ownerId;
      this.owner = owner;
    }

    /** Counts an arena. */
    void open() {
      add(1);
    }

    /** Counts an arena no more. */
    void close() {
      add(-1);
    }

    private void add(long change) {
      if (ownerId != 0) {
        // Plain: written by the owner alone; who closes the heap has an edge from there. A
        // VarHandle
        // is some hundred nodes to C2, which keeps an arena off the Java heap as long as it has
        // some.
        open[index] += change;
      } else {
        OPEN.getAndAdd(open, index, change);
      }
    }

    private boolean isOwnerDead() {
      Thread thread = owner == null ? null : owner.get();
      return thread == null || !thread.isAlive();
    }
  }

  /** Returns the count of the calling thread. */
  Count current() {
    Thread thread = Thread.currentThread();
    long id = thread.threadId();
    Count count = counts[(int) id & (COUNTS - 1)];
    return count != null && count.ownerId == id ? count : acquire(thread, id, count);
  }

  private Count acquire(Thread thread, long id, @Nullable Count before) {
    if (thread.isVirtual() || (before != null && !before.isOwnerDead())) {
      return shared;
    }
    int place = (int) id & (COUNTS - 1);
    Count own = new Count(open, place * STRIDE, id, new WeakReference<>(thread));
    return COUNT.compareAndSet(counts, place, before, own) ? own : shared;
  }

  /** Returns the numbers: none is open if all of them are 0. */
  long[] numbers() {
    return open;
  }

  /** Returns how many are open. */
  long sum() {
    long sum = 0;
    for (int i = 0; i < open.length; i += STRIDE) {
      sum += (long) OPEN.getOpaque(open, i);
    }
    return sum;
  }

  /**
   * Refuses to go on while any is open.
   *
   * @param allocator how the message names the allocator
   * @throws IllegalStateException if one is; the message says how many
   */
  void checkNone(String allocator) {
    long sum = sum();
    if (sum != 0) {
      throw new IllegalStateException(
          allocator
              + " cannot be closed: "
              + sum
              + " confined arenas of it are open; let the threads that opened them close them"
              + " first");
    }
  }
}
