package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads allocate from a heap with two slots left, both on the freed list of slab 42. */
@JCStressTest
@Outcome(
    id = "top, below, none",
    expect = Expect.ACCEPTABLE,
    desc = "The first pops the top; the second, perhaps after a lost race, pops the slot below.")
@Outcome(
    id = "below, top, none",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot was handed out twice, or a thread got none although one was left.")
@State
public class SlabHeap_AllocateLastTwo {
  private static final int CLASS = StressHeap.LARGEST_CLASS;

  private final StressHeap stress = StressHeap.exhausted();
  private final Meeting meeting = new Meeting();
  private final long top = stress.slot(StressHeap.THIRD_SLAB, CLASS, 1);
  private final long below = stress.slot(StressHeap.THIRD_SLAB, CLASS, 2);

  {
    stress.setFreed(StressHeap.THIRD_SLAB, CLASS, 1, 2);
  }

  private String allocate() {
    long allocated = stress.heap().allocate(CLASS);
    if (allocated == SlabHeap.NONE) {
      return "none";
    }
    if (allocated == top) {
      return "top";
    }
    return allocated == below ? "below" : "wrong";
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
