package org.smalloc4j.pool.control;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.pool.Letters;

/** The list of a pool's free blocks A, B, C, with calls that have something left out each. */
final class WeakenedPool {
  private static final int END = -1;
  private static final int LIVE = -2;
  private static final long COUNT = -1L << Integer.SIZE;
  private static final int SPINS = 30;

  private final int[] links = {1, 2, END};
  private final AtomicLong head = new AtomicLong();

  private static void window() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  private static long with(long count, int top) {
    return (count & COUNT) | Integer.toUnsignedLong(top);
  }

  /** An acquire as it should be. */
  int acquire() {
    return acquire(false);
  }

  /** An acquire as it should be, but slow between its read of the link and its CAS. */
  int acquireSlowly() {
    return acquire(true);
  }

  private int acquire(boolean slow) {
    while (true) {
      long seen = head.get();
      int top = (int) seen;
      if (top < 0) {
        return top;
      }
      int below = links[top];
      if (slow) {
        window();
      }
      if (head.compareAndSet(seen, with(seen, below))) {
        links[top] = LIVE;
        return top;
      }
    }
  }

  /** An acquire that stores the new head. */
  int acquireByStore() {
    long seen = head.get();
    int top = (int) seen;
    int below = links[top];
    window();
    head.set(with(seen, below));
    return top;
  }

  /** A release that does not count. */
  void releaseUncounted(int block) {
    while (true) {
      long seen = head.get();
      links[block] = (int) seen;
      if (head.compareAndSet(seen, with(seen, block))) {
        return;
      }
    }
  }

  /** A release that stores the new head. */
  void releaseByStore(int block) {
    long seen = head.get();
    links[block] = (int) seen;
    window();
    head.set(with(seen + (1L << Integer.SIZE), block));
  }

  String tellFree() {
    String told = "";
    int block = (int) head.get();
    while (block >= 0 && told.length() <= Letters.BLOCKS) {
      told += Letters.tell(block);
      block = links[block];
    }
    return block == LIVE ? told + "?live" : told.isEmpty() ? "-" : told;
  }
}
