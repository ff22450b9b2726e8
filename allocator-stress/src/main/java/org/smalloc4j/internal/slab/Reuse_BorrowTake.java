package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The owner of another slab borrows from the list A, B, uses one and hands the rest back, while the
 * slab's owner takes one.
 */
@JCStressTest
@Outcome(
    id = {"A, B, -", "A, F, B"},
    expect = Expect.ACCEPTABLE,
    desc = "The borrower has A. It has had B, too, or the owner has taken that.")
@Outcome(id = "none, A, B", expect = Expect.ACCEPTABLE, desc = "The owner has taken the list.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or is in two places.")
@State
public class Reuse_BorrowTake {
  private final StressOwners stress = StressOwners.withListed();
  private final Meeting meeting = new Meeting();

  @Actor
  public void borrower(LLL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.borrow());
    stress.handBack();
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    r.r2 = stress.tell(stress.takeAsOwner());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
