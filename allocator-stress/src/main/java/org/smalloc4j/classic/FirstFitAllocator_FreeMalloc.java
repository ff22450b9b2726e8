package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.Allocator;
import org.smalloc4j.internal.slab.Meeting;

/** A thread writes to the only block that can be had and frees it; another one gets it. */
@JCStressTest
@Outcome(
    id = {"1, 2", "none, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "The new owner sees the last write of the old one and writes over it, or came early.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The old owner's write is missing, or hits the block when it is another's.")
@State
public class FirstFitAllocator_FreeMalloc {
  private final OneHeap heap = new OneHeap();
  private final Meeting meeting = new Meeting();
  private final long block = onlyBlock(heap);

  /** Returns the first block of a heap whose others are live for good. */
  public static long onlyBlock(OneHeap heap) {
    long first = heap.malloc();
    heap.store(first, 0);
    for (int i = 1; i < 4; i++) {
      heap.malloc();
    }
    return first;
  }

  @Actor
  public void freeing() {
    meeting.await();
    heap.store(block, 1);
    heap.free(block);
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
