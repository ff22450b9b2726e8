package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads each take one of two sorted slots. */
@JCStressTest
@Outcome(id = "A, B, -", expect = Expect.ACCEPTABLE, desc = "The first takes A, the second B.")
@Outcome(id = "B, A, -", expect = Expect.ACCEPTABLE, desc = "The same with the threads exchanged.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was taken twice, or not at all.")
@State
public class SlotSet_TakeTake {
  private final Area area = Area.withKept("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.takeSorted());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.takeSorted());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellKept();
    area.giveBack();
  }
}
