package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread puts B beside A, which is sorted, while another takes a slot of the same word. */
@JCStressTest
@Outcome(id = "put, A, B", expect = Expect.ACCEPTABLE, desc = "Both, in either order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "B is lost, or A is taken and still there.")
@State
public class SlotSet_PutTake {
  private final Area area = Area.withKept("A");
  private final Meeting meeting = new Meeting();

  @Actor
  public void sorter(LLL_Result r) {
    meeting.await();
    area.putKept("B");
    r.r1 = "put";
  }

  @Actor
  public void taker(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.takeSorted());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellKept();
    area.giveBack();
  }
}
