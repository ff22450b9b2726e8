package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads each pop once from the list A, B, C of an owned slab, whose removals are counted. */
@JCStressTest
@Outcome(
    id = {"A, B, C 1", "B, A, C 1"},
    expect = Expect.ACCEPTABLE,
    desc = "One pops A, the other B; both removals are counted.")
@Outcome(
    id = {"A, lost, BC 2", "lost, A, BC 2"},
    expect = Expect.ACCEPTABLE,
    desc = "One pops A, the other's CAS fails, and it counts nothing.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The length is not that of the list.")
@State
public class SharedWords_LengthPopPop {
  private final Area area = Area.withFreed("ABC");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.ownedWords().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.ownedWords().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreedAndOwnedLength();
    area.giveBack();
  }
}
