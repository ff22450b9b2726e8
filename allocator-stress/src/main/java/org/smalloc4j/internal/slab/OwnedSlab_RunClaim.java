package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The owner of a slab claims a new run behind A, which belongs to a thread without a slab, while
 * another thread asks whether A was handed out.
 */
@JCStressTest
@Outcome(
    id = "F, true, true",
    expect = Expect.ACCEPTABLE,
    desc =
        "The asker sees the run before, which ends at A, or the new one, which begins behind it, or"
            + " the new start with the old end.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The asker saw the old start and the new end: A, a live block, between them.")
@State
public class OwnedSlab_RunClaim {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.takeAsOwner());
  }

  @Actor
  public void asker(LLL_Result r) {
    meeting.await();
    r.r2 = stress.isHandedOut(stress.slot('A'));
    r.r3 = stress.isHandedOut(stress.slot('B'));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    stress.giveBack();
  }
}
