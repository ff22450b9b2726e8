package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** An owner resumes while a revoker takes its slab, whose handshake has shown it idle. */
@JCStressTest
@Outcome(
    id = "taken, false, false",
    expect = Expect.ACCEPTABLE,
    desc = "The revoker was first: the owner looks for another slab.")
@Outcome(
    id = "taken, true, false",
    expect = Expect.ACCEPTABLE,
    desc = "The owner had resumed before it was asked; its next operation does not find its id.")
@Outcome(
    id = {"cancelled, true, true", "not asked, true, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The owner was first.")
@Outcome(
    id = "cancelled, true, false",
    expect = Expect.ACCEPTABLE,
    desc = "The owner was first, the revoker's store late: one more slow way.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The slab is taken, and its owner still finds itself there.")
@State
public class Owners_ResumeRevoke {
  private final StressOwners stress = StressOwners.withFreed("A");
  private final Meeting meeting = new Meeting();

  @Actor
  public void revoker(LLL_Result r) {
    meeting.await();
    r.r1 = stress.revoke();
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    r.r2 = stress.resume();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.isFound();
    stress.giveBack();
  }
}
