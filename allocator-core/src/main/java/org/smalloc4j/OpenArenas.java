package org.smalloc4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
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

  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(Count.class, "open", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AtomicReferenceArray<@Nullable Count> counts = new AtomicReferenceArray<>(COUNTS);
  private final Count shared = new Count(0, null, 0);

  /** A number of open arenas. */
  static final class Count {
    /** The one thread that changes {@link #open}; 0 if that is never used. */
    private final long ownerId;

    private final @Nullable WeakReference<Thread> owner;

    /** Written by the owner alone, in opaque mode: a thread that sums sees it before long. */
    private long open;

    /** What all threads without a count of their own have open; unused in those with an owner. */
    private final AtomicLong ofMany = new AtomicLong();

    private Count(long ownerId, @Nullable WeakReference<Thread> owner, long open) {
      this.ownerId = ownerId;
      this.owner = owner;
      this.open = open;
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
        OPEN.setOpaque(this, open + change);
      } else {
        ofMany.getAndAdd(change);
      }
    }

    private long get() {
      return (long) OPEN.getOpaque(this) + ofMany.get();
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
    Count count = counts.getAcquire((int) id & (COUNTS - 1));
    return count != null && count.ownerId == id ? count : acquire(thread, id, count);
  }

  private Count acquire(Thread thread, long id, @Nullable Count before) {
    if (thread.isVirtual() || (before != null && !before.isOwnerDead())) {
      return shared;
    }
    long left = before == null ? 0 : before.get();
    Count own = new Count(id, new WeakReference<>(thread), left);
    return counts.compareAndSet((int) id & (COUNTS - 1), before, own) ? own : shared;
  }

  /** Returns how many are open. */
  long sum() {
    long sum = shared.get();
    for (int i = 0; i < COUNTS; i++) {
      Count count = counts.getAcquire(i);
      sum += count == null ? 0 : count.get();
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
