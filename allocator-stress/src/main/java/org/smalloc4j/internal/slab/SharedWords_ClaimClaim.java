package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads each claim a fresh slot. */
@JCStressTest
@Outcome(
    id = "A, B, 2",
    expect = Expect.ACCEPTABLE,
    desc = "The first moves the frontier over A, the second over B.")
@Outcome(id = "B, A, 2", expect = Expect.ACCEPTABLE, desc = "The same with the threads exchanged.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A fresh slot was handed out twice or skipped.")
@State
public class SharedWords_ClaimClaim {
  private final Area area = Area.withFrontier(false);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.words().claim(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.words().claim(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.handedOut();
    area.giveBack();
  }
}
