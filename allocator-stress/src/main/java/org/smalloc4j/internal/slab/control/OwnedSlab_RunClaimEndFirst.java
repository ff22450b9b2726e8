package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedSlab_RunClaim;
import org.smalloc4j.internal.slab.StressOwners;

/** A run whose end is set before its start: A is between the old start and the new end. */
@JCStressTest
@JCStressMeta(OwnedSlab_RunClaim.class)
@State
public class OwnedSlab_RunClaimEndFirst {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    stress.setRunEnd(4);
    Window.open();
    stress.setRunStart(2);
    r.r1 = "F";
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
