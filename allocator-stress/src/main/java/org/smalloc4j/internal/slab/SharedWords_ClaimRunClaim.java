package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** An owner claims a run of two fresh slots while another thread claims one. */
@JCStressTest
@Outcome(
    id = "A, C, 3",
    expect = Expect.ACCEPTABLE,
    desc = "The run is A and B; the other claims behind it.")
@Outcome(
    id = "B, A, 3",
    expect = Expect.ACCEPTABLE,
    desc = "The other is first, and the run is B and C.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was claimed twice, or by nobody.")
@State
public class SharedWords_ClaimRunClaim {
  private final Area area = Area.withFrontier(false);
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.words().claim(area.slab(), Area.SIZE_CLASS, 2));
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.words().claim(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.handedOut();
    area.giveBack();
  }
}
