package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A was free at the last tick, B is the only live block of the OS page. A tick looks at both while
 * another thread frees B.
 */
@JCStressTest
@Outcome(
    id = "freed, - kept AB of 2",
    expect = Expect.ACCEPTABLE,
    desc = "B is freed before the tick takes the list: it sorts B, which was live at the last one.")
@Outcome(
    id = "freed, B kept A of 2",
    expect = Expect.ACCEPTABLE,
    desc = "B is freed later: it is on the list, for the next tick to sort.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is lost or is in two places, or went back that was in use since the last tick.")
@State
public class Trim_TickFree {
  private static final int CLASS = 6;

  private final StressHeap stress = StressHeap.empty();
  private final Meeting meeting = new Meeting();

  {
    stress.setFrontier(0, CLASS, 2);
    stress.setFreed(0, CLASS, 0);
    stress.tick();
  }

  @Actor
  public void ticker() {
    meeting.await();
    stress.tick();
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
