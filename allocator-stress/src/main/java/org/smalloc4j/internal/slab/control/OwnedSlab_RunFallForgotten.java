package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedSlab_RunFall;
import org.smalloc4j.internal.slab.StressOwners;

/**
 * A run that falls without a note of where the one before ended: a block behind the new run is
 * between its start and the old end.
 */
@JCStressTest
@JCStressMeta(OwnedSlab_RunFall.class)
@State
public class OwnedSlab_RunFallForgotten {
  private final StressOwners stress = StressOwners.trimmed();
  private final Meeting meeting = new Meeting();

  @Actor
  public void owner(LL_Result r) {
    meeting.await();
    stress.setRunStart(0);
    Window.open();
    stress.setRunEnd(0);
    r.r1 = "A";
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
