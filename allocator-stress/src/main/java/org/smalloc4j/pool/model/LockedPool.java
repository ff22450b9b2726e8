package org.smalloc4j.pool.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.smalloc4j.pool.Letters;

/** The calls of a pool, one at a time: what they have to look like. */
final class LockedPool {
  private final Deque<Integer> free = new ArrayDeque<>(List.of(0, 1, 2));

  synchronized int acquire() {
    return free.pop();
  }

  synchronized void release(int block) {
    free.push(block);
  }

  synchronized String tellFree() {
    String told = "";
    for (int block : free) {
      told += Letters.tell(block);
    }
    return told.isEmpty() ? "-" : told;
  }
}
