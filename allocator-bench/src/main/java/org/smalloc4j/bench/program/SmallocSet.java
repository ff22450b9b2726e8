package org.smalloc4j.bench.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * smalloc's own benchmarks: threads that allocate, and in the same measure free and resize a random
 * block, of 101 sizes in turn; an operation is one call.
 *
 * <p>18 of 25 sizes are 4 bytes, and each comes as it is, 10 larger, 10 smaller and doubled; one is
 * a million. Whether blocks are written, and read again before they are freed, is part of the name:
 * {@code adrww} allocates, frees, resizes and writes.
 */
final class SmallocSet extends Program {

  private static final int[] SIZES = sizes();

  private final int calls;
  private final int kinds;
  private final boolean written;
  private final ThreadState[] states;

  /** The ids of a thread; those of its live blocks come first. */
  private static final class ThreadState {
    final int[] ids;
    final int[] sizes;
    long random;
    int live;
    int nextSize;

    ThreadState(int thread, int calls) {
      ids = IntStream.range(thread * calls, (thread + 1) * calls).toArray();
      sizes = new int[calls];
      random = FixedRandom.seed(thread);
      nextSize = thread;
    }
  }

  /**
   * @param kinds of calls: 1 allocate, 2 free as well, 3 resize as well
   */
  SmallocSet(int threads, int work, int kinds, boolean written) {
    super(threads, work / threads * threads);
    this.calls = work / threads;
    this.kinds = kinds;
    this.written = written;
    this.states = new ThreadState[threads];
    for (int thread = 0; thread < threads; thread++) {
      states[thread] = new ThreadState(thread, calls);
    }
  }

  private static int[] sizes() {
    List<Integer> bases = new ArrayList<>(Collections.nCopies(18, 4));
    bases.addAll(List.of(8, 8, 32, 32, 35, 64, 8000));
    List<Integer> sizes = new ArrayList<>();
    for (int base : bases) {
      sizes.addAll(List.of(base, base + 10, Math.max(base, 11) - 10, base * 2));
    }
    sizes.add(1_000_000);
    return Arrays.stream(FixedRandom.permutation(sizes.size())).map(sizes::get).toArray();
  }

  @Override
  long run(int thread) {
    ThreadState state = states[thread];
    for (int call = 0; call < calls; call++) {
      state.random = FixedRandom.next(state.random);
      int kind = state.live == 0 ? 0 : FixedRandom.below(state.random, kinds);
      if (kind == 0) {
        allocate(state);
      } else {
        int place = (int) ((state.random & Integer.MAX_VALUE) % state.live);
        if (kind == 1) {
          release(state, place);
        } else {
          resize(state, place);
        }
      }
    }
    return calls;
  }

  private void allocate(ThreadState state) {
    int id = state.ids[state.live];
    int size = nextSize(state);
    long address = malloc(id, size);
    state.sizes[state.live++] = size;
    write(address, size);
  }

  private void release(ThreadState state, int place) {
    int last = --state.live;
    int id = state.ids[place];
    check(id, state.sizes[place]);
    state.ids[place] = state.ids[last];
    state.sizes[place] = state.sizes[last];
    state.ids[last] = id;
    free(id);
  }

  private void resize(ThreadState state, int place) {
    int id = state.ids[place];
    check(id, state.sizes[place]);
    int size = nextSize(state);
    long address = realloc(id, state.sizes[place], size);
    state.sizes[place] = size;
    write(address, size);
  }

  private static int nextSize(ThreadState state) {
    return SIZES[state.nextSize++ % SIZES.length];
  }

  private void write(long address, int size) {
    if (written) {
      OffHeap.storeByte(address, (byte) size);
      OffHeap.storeByte(address + size - 1, (byte) size);
    }
  }

  private void check(int id, int size) {
    if (written && OffHeap.loadByte(address(id)) != (byte) size) {
      throw new ProgramException("a block of " + size + " bytes has lost its first byte");
    }
  }

  @Override
  void tidy(int thread) {
    ThreadState state = states[thread];
    while (state.live > 0) {
      state.live--;
      free(state.ids[state.live]);
    }
  }
}
