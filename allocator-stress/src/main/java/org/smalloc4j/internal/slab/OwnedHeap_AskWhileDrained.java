package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * All that is free, A and B, is in a dead thread's stash, and the limit refuses further slots: one
 * thread drains the stash while another allocates. At every instant a slot is free.
 */
@JCStressTest
@Outcome(
    id = "B, A",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is adopted before it is drained, and B is on top of the magazine.")
@Outcome(
    id = "A, B",
    expect = Expect.ACCEPTABLE,
    desc =
        "The slab is drained, with A on top of the list; who finds nothing there yet waits for the"
            + " drainer and looks again.")
@Outcome(
    id = "H, gone",
    expect = Expect.ACCEPTABLE,
    desc =
        "The slab is drained, and the asker, which the limit refuses, gives the memory of both"
            + " slots back and claims one of its home.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "Nothing is left, it was said, while the drainer had both slots in hand; or one is lost.")
@State
public class OwnedHeap_AskWhileDrained {
  private final StressOwners stress = StressOwners.exhausted("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void drainer() {
    meeting.await();
    stress.releaseHeldSlots();
  }

  @Actor
  public void asker(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.heap().allocate(StressOwners.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
