package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread pushes the chain A, B while another pushes C; the list is D. */
@JCStressTest
@Outcome(
    id = "pushed, pushed, ABCD",
    expect = Expect.ACCEPTABLE,
    desc = "C is pushed first, or the chain's CAS fails and is repeated above C.")
@Outcome(
    id = "pushed, pushed, CABD",
    expect = Expect.ACCEPTABLE,
    desc = "The chain is pushed first, or C's CAS fails and is repeated above A.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A pushed slot is not on the list, or twice, or links to the wrong one.")
@State
public class SharedWords_PushChainPush {
  private final Area area = Area.withFreed("D");
  private final Meeting meeting = new Meeting();

  @Actor
  public void chainPusher(LLL_Result r) {
    meeting.await();
    int first = area.link("AB");
    area.words().pushChain(first, area.slot('B'), 2, area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('C'), area.slab(), Area.SIZE_CLASS);
    r.r2 = "pushed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
