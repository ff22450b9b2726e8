package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Slot A is freed; one thread trims the heap while another frees B, the only live block. */
@JCStressTest
@Outcome(
    id = "freed, - of 0",
    expect = Expect.ACCEPTABLE,
    desc = "B is freed before the trim takes the list: the area is emptied.")
@Outcome(
    id = "freed, B kept A of 2",
    expect = Expect.ACCEPTABLE,
    desc = "B is freed when the trim has A, which keeps its memory, since B was live.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or on the list beyond the frontier.")
@State
public class SlabHeap_TrimFree {
  private static final int CLASS = 6;

  private final StressHeap stress = StressHeap.empty();
  private final Meeting meeting = new Meeting();

  {
    stress.setFrontier(0, CLASS, 2);
    stress.setFreed(0, CLASS, 0);
  }

  @Actor
  public void trimmer() {
    meeting.await();
    new Trim(stress.whole()).trim();
  }

  @Actor
  public void freeing(LL_Result r) {
    meeting.await();
    stress.heap().free(stress.slot(0, CLASS, 1));
    r.r1 = "freed";
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellHome(CLASS);
    stress.giveBack();
  }
}
