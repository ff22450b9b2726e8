package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads allocate from a heap with a single slot left, a fresh one of slab 21. */
@JCStressTest
@Outcome(
    id = "slot, none, none",
    expect = Expect.ACCEPTABLE,
    desc =
        "The first claims the slot; the second finds every slab full and no push since it began.")
@Outcome(
    id = "none, slot, none",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The slot was handed out twice, or to nobody.")
@State
public class SlabHeap_AllocateLast {
  private static final int CLASS = StressHeap.LARGEST_CLASS;

  private final StressHeap stress = StressHeap.exhausted();
  private final Meeting meeting = new Meeting();

  {
    stress.setFrontier(StressHeap.SECOND_SLAB, CLASS, 3);
  }

  private String allocate() {
    long allocated = stress.heap().allocate(CLASS);
    if (allocated == SlabHeap.NONE) {
      return "none";
    }
    boolean last =
        SlabHeap.isZero(allocated)
            && SlabHeap.address(allocated) == stress.slot(StressHeap.SECOND_SLAB, CLASS, 3);
    return last ? "slot" : "wrong";
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = allocate();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = allocate();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = allocate();
    stress.giveBack();
  }
}
