package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.Allocator;
import org.smalloc4j.classic.FirstFitAllocator_FreeMalloc;
import org.smalloc4j.classic.OneHeap;
import org.smalloc4j.internal.slab.Meeting;

/** A write that comes after the free, as an unlock without its release half would let it. */
@JCStressTest
@JCStressMeta(FirstFitAllocator_FreeMalloc.class)
@State
public class FirstFitAllocator_FreeMallocWrittenLate {
  private static final int SPINS = 30;

  private final OneHeap heap = new OneHeap();
  private final Meeting meeting = new Meeting();
  private final long block = FirstFitAllocator_FreeMalloc.onlyBlock(heap);

  @Actor
  public void freeing() {
    meeting.await();
    heap.free(block);
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait(); // long enough to be hit
    }
    heap.store(block, 1);
  }

  @Actor
  public void allocating(LL_Result r) {
    meeting.await();
    long got = Allocator.NULL;
    for (int i = 0; i < 100 && got == Allocator.NULL; i++) {
      got = heap.malloc();
    }
    if (got == Allocator.NULL) {
      r.r1 = "none";
      return;
    }
    r.r1 = heap.load(got);
    heap.store(got, 2);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = heap.load(block);
    heap.giveBack();
  }
}
