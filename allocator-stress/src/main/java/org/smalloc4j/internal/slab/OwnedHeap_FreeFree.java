package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads free slots of one slab, which one of them adopts. */
@JCStressTest
@Outcome(
    id = "freed, AB",
    expect = Expect.ACCEPTABLE,
    desc = "One slot goes to the stash, the other to the list, or to the adopter's outbox.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or is in two places.")
@State
public class OwnedHeap_FreeFree {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void freeing1(LL_Result r) {
    meeting.await();
    stress.heap().free(stress.slot('A'));
    r.r1 = "freed";
  }

  @Actor
  public void freeing2() {
    meeting.await();
    stress.heap().free(stress.slot('B'));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
