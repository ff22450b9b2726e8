package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One thread frees its block A, which it wrote to, while another allocates a block that has to be
 * zero, and clears it unless it is known to be.
 */
@JCStressTest
@Outcome(
    id = "A, zero",
    expect = Expect.ACCEPTABLE,
    desc = "A was freed: the other takes it, does not know it to be zero, and clears it.")
@Outcome(
    id = "B, zero",
    expect = Expect.ACCEPTABLE,
    desc = "A is not free yet: the other claims B, which nobody ever wrote to.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A block said to be zero was written to.")
@State
public class SlabHeap_FreeCalloc {
  private static final int CLASS = 6;

  private final StressHeap stress = StressHeap.empty();
  private final Meeting meeting = new Meeting();

  {
    stress.setFrontier(0, CLASS, 1);
    stress.setFreed(0, CLASS);
    stress.setContents(stress.slot(0, CLASS, 1), 0);
  }

  @Actor
  public void freeing() {
    meeting.await();
    long block = stress.slot(0, CLASS, 0);
    stress.setContents(block, Contents.OLD);
    stress.heap().free(block);
  }

  @Actor
  public void clearing(LL_Result r) {
    meeting.await();
    long allocated = stress.heap().allocate(CLASS);
    long block = SlabHeap.address(allocated);
    if (!SlabHeap.isZero(allocated)) {
      stress.setContents(block, 0);
    }
    r.r1 = stress.letterOf(block, CLASS);
    r.r2 = stress.contents(block) == 0 ? "zero" : "written to";
  }

  @Arbiter
  public void atRest(LL_Result r) {
    stress.giveBack();
  }
}
