package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads cut blocks off the free block of a heap. */
@JCStressTest
@Outcome(
    id = {"A, B, C", "B, A, C"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them cuts off the first, the other the next.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A block is live twice, or lost.")
@State
public class FirstFitAllocator_MallocMalloc {
  private final OneHeap heap = new OneHeap();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = heap.tell(heap.malloc());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = heap.tell(heap.malloc());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = heap.tell(heap.malloc());
    heap.giveBack();
  }
}
