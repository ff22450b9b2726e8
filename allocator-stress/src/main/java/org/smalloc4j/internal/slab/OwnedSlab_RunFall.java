package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A trim by another thread has lowered the frontier below the used-up run of a live owner, who
 * claims the first slots again; another thread claims the next slot and asks whether its block was
 * handed out.
 */
@JCStressTest
@Outcome(
    id = {"A, true", "B, true"},
    expect = Expect.ACCEPTABLE,
    desc = "The asker sees the run before, the new one, or one end of each; its block is in none.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The asker saw the new start and the old end: its live block between them.")
@State
public class OwnedSlab_RunFall {
  private final StressOwners stress = StressOwners.trimmed();
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.takeAsOwner());
  }

  @Actor
  public void asker(LL_Result r) {
    meeting.await();
    long claimed = stress.claimShared();
    boolean isHandedOut = true;
    for (int i = 0; i < 8; i++) {
      isHandedOut &= stress.isHandedOut(claimed);
    }
    r.r2 = isHandedOut;
  }

  @Arbiter
  public void atRest(LL_Result r) {
    stress.giveBack();
  }
}
