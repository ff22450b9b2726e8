package org.smalloc4j;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls that are made at every depth of the stack, each time from the same state of a heap.
 *
 * @param name what is called, and of what heap
 * @param heap makes the heap
 * @param setUp brings it into the state, once
 * @param calls makes the calls at one depth
 * @param inBuild whether it is one of those that the build has time for
 */
record DeepScenario(
    String name,
    Supplier<Smalloc> heap,
    BiConsumer<DeepCalls, Smalloc> setUp,
    BiConsumer<DeepCalls, Smalloc> calls,
    boolean inBuild) {

  /** Heaps that the same calls find in different states. */
  enum Kind {
    PLAIN(Smalloc::create, _ -> {}),
    LIMITED(() -> Smalloc.builder().maxBytes(256 << 20).build(), _ -> {}),
    SHARED(() -> Smalloc.builder().ownedSlabs(false).build(), _ -> {}),
    EXHAUSTED(
        SmallHeap::open,
        heap -> SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS).forEach(heap::free));

    private final Supplier<Smalloc> heap;
    private final Consumer<Smalloc> setUp;

    Kind(Supplier<Smalloc> heap, Consumer<Smalloc> setUp) {
      this.heap = heap;
      this.setUp = setUp;
    }

    DeepScenario scenario(String calls, BiConsumer<DeepCalls, Smalloc> body) {
      return scenario(calls, body, true);
    }

    DeepScenario scenario(String calls, BiConsumer<DeepCalls, Smalloc> body, boolean inBuild) {
      String name = name() + ": " + calls;
      return new DeepScenario(name, heap, (_, made) -> setUp.accept(made), body, inBuild);
    }
  }
}
