package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads each pop once from a list with the single slot A. */
@JCStressTest
@Outcome(
    id = "A, none, -",
    expect = Expect.ACCEPTABLE,
    desc = "The first pops A; the second reads the head after that: empty.")
@Outcome(
    id = "none, A, -",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    id = "A, lost, -",
    expect = Expect.ACCEPTABLE,
    desc = "Both read the head with A on top; the CAS of the first succeeds, the other fails.")
@Outcome(
    id = "lost, A, -",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The slot was handed out twice, or lost.")
@State
public class SharedWords_PopLastSlot {
  private final Area area = Area.withFreed("A");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
