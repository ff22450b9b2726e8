package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.Reuse_LendAdopt;
import org.smalloc4j.internal.slab.StressOwners;

/** A loan by a thread that did not take the slab first: a slot is lent and adopted. */
@JCStressTest
@JCStressMeta(Reuse_LendAdopt.class)
@State
public class Reuse_LendAdoptUnowned {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void borrower(LLL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.borrowUnowned(Window::open));
  }

  @Actor
  public void adopter(LLL_Result r) {
    meeting.await();
    r.r2 = stress.tell(stress.heapAllocate());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
