package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.smalloc4j.internal.slab.InvariantWalk;

/** The contract for an allocator in front of a {@link Smalloc}; a subclass says which. */
abstract class WrapperContractTest extends AllocatorContractTest {
  private final Map<Allocator, Smalloc> heaps = new IdentityHashMap<>();

  /** Puts the allocator that is tested in front of a heap. */
  abstract Allocator over(Smalloc heap);

  /** Fails unless what the wrapper tells agrees with the heap behind it, which is at rest. */
  void checkFigures(Allocator wrapper, AllocatorStats heap) {}

  @Override
  public Allocator newAllocator() {
    return wrapped(Smalloc.builder().name("wrapped").build());
  }

  @Override
  public Allocator newSmallAllocator() {
    return wrapped(Smalloc.builder().name("small").regionBits(28).build());
  }

  private Allocator wrapped(Smalloc heap) {
    Allocator wrapper = over(heap);
    heaps.put(wrapper, heap);
    return wrapper;
  }

  @Override
  public int mostHeldBack() {
    return 512;
  }

  @Override
  public boolean catchesDoubleFreesOfOtherThreads() {
    return false;
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    Smalloc heap = heaps.get(allocator);
    assertTrue(heap != null, "a heap behind " + allocator);
    InvariantWalk.check(heap.heap(), live);
    checkFigures(allocator, heap.stats());
  }
}
