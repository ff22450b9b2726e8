package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.Reuse_BorrowTake;
import org.smalloc4j.internal.slab.StressOwners;

/** A borrower that stores the head it computed: the owner has taken that slot, too. */
@JCStressTest
@JCStressMeta(Reuse_BorrowTake.class)
@State
public class Reuse_BorrowTakeByStore {
  private final StressOwners stress = StressOwners.withListed();
  private final Meeting meeting = new Meeting();

  @Actor
  public void borrower(LLL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.borrowByStore(Window::open));
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
