package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads push a slot each, A and B; the list is C. */
@JCStressTest
@Outcome(
    id = "pushed, pushed, ABC",
    expect = Expect.ACCEPTABLE,
    desc = "B is pushed first, or A's CAS fails and is repeated above B.")
@Outcome(
    id = "pushed, pushed, BAC",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A pushed slot is not on the list, or twice, or links to the wrong one.")
@State
public class SharedWords_PushPush {
  private final Area area = Area.withFreed("C");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('A'), area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('B'), area.slab(), Area.SIZE_CLASS);
    r.r2 = "pushed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
