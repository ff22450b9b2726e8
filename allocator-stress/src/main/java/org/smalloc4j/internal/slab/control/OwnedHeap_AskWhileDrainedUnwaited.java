package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_AskWhileDrained;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Waits;

/**
 * An asker that does not wait for a drainer, here a slow one: it finds the dead looked after, and
 * no slot.
 */
@JCStressTest
@JCStressMeta(OwnedHeap_AskWhileDrained.class)
@State
public class OwnedHeap_AskWhileDrainedUnwaited {
  private final StressOwners stress = StressOwners.exhausted("AB");
  private final Meeting meeting = new Meeting();
  private volatile boolean asked;

  @Actor
  public void drainer() {
    meeting.await();
    stress.drainDead(() -> Waits.until(() -> asked));
  }

  @Actor
  public void asker(LL_Result r) {
    meeting.await();
    stress.releaseHeldSlots();
    r.r1 = stress.tell(stress.takeShared());
    asked = true;
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
