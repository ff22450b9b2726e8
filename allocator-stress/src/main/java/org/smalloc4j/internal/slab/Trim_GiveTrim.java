package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * An owner at work gives what it keeps, A and B, while a trim sorts the list of another slab. Then
 * it is asked again, and there is another trim.
 */
@JCStressTest
@Outcome(
    id = "AB, all gone",
    expect = Expect.ACCEPTABLE,
    desc = "The trim has the turn, or has had it: A and B stay, and go back at the next one.")
@Outcome(
    id = "gone, all gone",
    expect = Expect.ACCEPTABLE,
    desc = "The owner has given A and B before the trim has the turn: they go back at once.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is lost or in two places, or the next trim does not find what was given.")
@State
public class Trim_GiveTrim {
  private final StressOwners stress = StressOwners.atWork();
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner() {
    meeting.await();
    stress.give();
  }

  @Actor
  public void trimmer() {
    meeting.await();
    stress.trim();
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r1 = stress.tellFree();
    stress.give();
    stress.trim();
    r.r2 = stress.tellGone();
    stress.giveBack();
  }
}
