package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads each try to claim the last fresh slot of an area. */
@JCStressTest
@Outcome(
    id = "last, none, full",
    expect = Expect.ACCEPTABLE,
    desc =
        "The first moves the frontier to the end; the second finds it there, at once or after its"
            + " CAS failed.")
@Outcome(
    id = "none, last, full",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The last slot was handed out twice or to nobody, or the frontier left the area.")
@State
public class SharedWords_ClaimLastSlot {
  private final Area area = Area.withFrontier(true);
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
    long frontier = area.words().frontier(area.slab(), Area.SIZE_CLASS);
    r.r3 = frontier == area.layout().slots(Area.SIZE_CLASS) ? "full" : "frontier " + frontier;
    area.giveBack();
  }
}
