package org.smalloc4j;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls that are made again and again, each time from the same state of a heap.
 *
 * @param name what is called, and of what heap
 * @param heap makes the heap
 * @param setUp brings it into the state, once
 * @param calls makes the calls, once
 * @param onJavaHeap whether the calls give objects
 * @param inBuild whether it is one of those that the build has time for
 */
record CallScenario(
    String name,
    Supplier<Smalloc> heap,
    BiConsumer<ModelledCalls, Smalloc> setUp,
    BiConsumer<ModelledCalls, Smalloc> calls,
    boolean onJavaHeap,
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

    CallScenario scenario(String what, BiConsumer<ModelledCalls, Smalloc> body) {
      return scenario(what, body, true);
    }

    CallScenario scenario(String what, BiConsumer<ModelledCalls, Smalloc> body, boolean inBuild) {
      String name = name() + ": " + what;
      return new CallScenario(name, heap, (_, made) -> setUp.accept(made), body, false, inBuild);
    }

    CallScenario givingObjects(String what, BiConsumer<ModelledCalls, Smalloc> body) {
      String name = name() + ": " + what;
      return new CallScenario(name, heap, (_, made) -> setUp.accept(made), body, true, true);
    }
  }
}
