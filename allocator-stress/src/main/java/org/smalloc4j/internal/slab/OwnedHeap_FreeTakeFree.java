package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A thread frees A of another's slab, which completes a chain; the slab's owner takes A and hands
 * it to that thread, which frees it again.
 */
@JCStressTest
@Outcome(
    id = "A, freed, A",
    expect = Expect.ACCEPTABLE,
    desc = "The owner finds A on the list, and hands it over; the second free is right.")
@Outcome(
    id = "A, no more, -",
    expect = Expect.ACCEPTABLE,
    desc = "The owner hands A over when the other has given up waiting; A is live.")
@Outcome(
    id = "none, no more, A",
    expect = Expect.ACCEPTABLE,
    desc = "The owner has given up waiting when A is freed.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A free of a live block was refused, or A was lost.")
@State
public class OwnedHeap_FreeTakeFree {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();
  private volatile long handedOver;

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    if (!Waits.until(stress::hasListed)) {
      r.r1 = "none";
      return;
    }
    long taken = stress.takeAsOwner();
    r.r1 = stress.tell(taken);
    handedOver = taken;
  }

  @Actor
  public void remote(LLL_Result r) {
    meeting.await();
    stress.freeRemotely(stress.slot('A'));
    if (!Waits.until(() -> handedOver != 0)) {
      r.r2 = "no more";
      return;
    }
    try {
      stress.freeRemotely(handedOver);
      r.r2 = "freed";
    } catch (IllegalStateException e) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
