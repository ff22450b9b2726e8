package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread takes the whole list, B, C, while another pushes its slot A. */
@JCStressTest
@Outcome(
    id = "pushed, BC, A",
    expect = Expect.ACCEPTABLE,
    desc = "The taker takes B, C; A is pushed on the empty list.")
@Outcome(
    id = "pushed, ABC, -",
    expect = Expect.ACCEPTABLE,
    desc = "A is pushed above B; the taker, perhaps in a second attempt, takes all.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is on the list and taken, or neither, or the taker read a stale link.")
@State
public class SharedWords_TakeAllPush {
  private final Area area = Area.withFreed("BC");
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('A'), area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void taker(LLL_Result r) {
    meeting.await();
    r.r2 = area.tellChain(area.takeAll());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
