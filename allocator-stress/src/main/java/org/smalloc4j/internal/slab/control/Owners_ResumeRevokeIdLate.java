package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.Owners_ResumeRevoke;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Waits;

/** An owner that stores its id when the slab is its own already, here a slow one. */
@JCStressTest
@JCStressMeta(Owners_ResumeRevoke.class)
@State
public class Owners_ResumeRevokeIdLate {
  private final StressOwners stress = StressOwners.withFreed("A");
  private final Meeting meeting = new Meeting();
  private volatile boolean isRevoked;

  @Actor
  public void revoker(LLL_Result r) {
    meeting.await();
    r.r1 = stress.revoke();
    isRevoked = true;
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    r.r2 = stress.resumeIdLate(() -> Waits.until(() -> isRevoked));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.isFound();
    stress.giveBack();
  }
}
