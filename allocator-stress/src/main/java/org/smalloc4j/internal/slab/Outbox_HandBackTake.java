package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The chain of A and B leaves an outbox while the owner of their slab takes two slots. */
@JCStressTest
@Outcome(
    id = "FF, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The owner looks before the chain is pushed, and uses its run.")
@Outcome(
    id = {"BA, -"},
    expect = Expect.ACCEPTABLE,
    desc = "The owner looks after the push, and takes the chain with one CAS.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The chain came in parts, or a slot is in two places.")
@State
public class Outbox_HandBackTake {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.takeAsOwner()) + stress.tell(stress.takeAsOwner());
  }

  @Actor
  public void remote() {
    meeting.await();
    Outbox outbox = stress.heap().outbox();
    outbox.tryPut(StressOwners.OTHER_SLAB, stress.slot('A'), StressOwners.SIZE_CLASS, 3);
    outbox.tryPut(StressOwners.OTHER_SLAB, stress.slot('B'), StressOwners.SIZE_CLASS, 3);
    outbox.drain(StressOwners.OTHER_SLAB);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
