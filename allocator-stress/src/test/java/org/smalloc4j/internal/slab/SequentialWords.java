package org.smalloc4j.internal.slab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What {@link LincheckedWords} has to look like: a stack and a counter, one call at a time. */
public class SequentialWords {
  private static final int SLOTS = 4;

  private final Deque<Integer> freed = new ArrayDeque<>();
  private final List<List<Integer>> held = new ArrayList<>();
  private int frontier;

  /** Starts with an area of which no slot was handed out. */
  public SequentialWords() {
    for (int i = 0; i < LincheckedWords.MOST_THREADS; i++) {
      held.add(new ArrayList<>());
    }
  }

  public int pop(int thread) {
    return freed.isEmpty() ? 0 : hold(thread, freed.pop());
  }

  public int claim(int thread) {
    return frontier == SLOTS ? 0 : hold(thread, ++frontier);
  }

  public int push(int thread) {
    if (held.get(thread).isEmpty()) {
      return 0;
    }
    freed.push(held.get(thread).removeFirst());
    return freed.peek();
  }

  public int pushTwo(int thread) {
    if (held.get(thread).size() < 2) {
      return 0;
    }
    int first = held.get(thread).removeFirst();
    freed.push(held.get(thread).removeFirst());
    freed.push(first);
    return first;
  }

  public int takeAll(int thread) {
    int first = freed.isEmpty() ? 0 : freed.peek();
    held.get(thread).addAll(freed);
    freed.clear();
    return first;
  }

  private int hold(int thread, int code) {
    held.get(thread).add(code);
    return code;
  }
}
