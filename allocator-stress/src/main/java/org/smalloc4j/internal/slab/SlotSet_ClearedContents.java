package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** One thread clears a slot and puts it, while another takes it and reads it. */
@JCStressTest
@Outcome(id = "none, -", expect = Expect.ACCEPTABLE, desc = "The taker comes before the put.")
@Outcome(id = "A, zero", expect = Expect.ACCEPTABLE, desc = "It takes the slot, which is clear.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was taken before it was clear.")
@State
public class SlotSet_ClearedContents {
  private final Area area = Area.withKept("");
  private final Meeting meeting = new Meeting();

  {
    area.setContents('A', Contents.OLD);
  }

  @Actor
  public void sorter() {
    meeting.await();
    area.setContents('A', 0);
    area.putKept("A");
  }

  @Actor
  public void taker(LL_Result r) {
    meeting.await();
    long taken = area.takeSorted();
    r.r1 = area.tell(taken);
    r.r2 = taken == SharedWords.NONE ? "-" : Contents.tell(area.contents('A'));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    area.giveBack();
  }
}
