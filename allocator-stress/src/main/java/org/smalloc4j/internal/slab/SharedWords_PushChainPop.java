package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread pushes the chain A, B while another pops once; the list is C. */
@JCStressTest
@Outcome(
    id = "pushed, C, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The popper takes C; the chain is pushed on the empty list.")
@Outcome(
    id = "pushed, A, BC",
    expect = Expect.ACCEPTABLE,
    desc = "The chain is pushed above C; the popper takes A, whose link leads to B.")
@Outcome(
    id = "pushed, lost, ABC",
    expect = Expect.ACCEPTABLE,
    desc =
        "The popper reads the head with C on top, the chain replaces it, the popper's CAS fails.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was handed out twice, or lost.")
@State
public class SharedWords_PushChainPop {
  private final Area area = Area.withFreed("C");
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    int first = area.link("AB");
    area.words().pushChain(first, area.slot('B'), 2, area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
