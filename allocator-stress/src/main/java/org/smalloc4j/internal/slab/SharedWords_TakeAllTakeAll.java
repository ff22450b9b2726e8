package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads take the whole list A, B. */
@JCStressTest
@Outcome(
    id = "AB, -, -",
    expect = Expect.ACCEPTABLE,
    desc = "The first takes all, the second finds nothing.")
@Outcome(id = "-, AB, -", expect = Expect.ACCEPTABLE, desc = "The same with the threads exchanged.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was taken twice or not at all.")
@State
public class SharedWords_TakeAllTakeAll {
  private final Area area = Area.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tellChain(area.takeAll());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tellChain(area.takeAll());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
