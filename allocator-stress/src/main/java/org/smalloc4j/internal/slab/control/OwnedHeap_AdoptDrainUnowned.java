package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_AdoptDrain;
import org.smalloc4j.internal.slab.StressOwners;

/** A drain by a thread that did not take the slab first: a slot is taken and listed. */
@JCStressTest
@JCStressMeta(OwnedHeap_AdoptDrain.class)
@State
public class OwnedHeap_AdoptDrainUnowned {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void drainer() {
    meeting.await();
    try {
      stress.drainLate(Window::open);
    } catch (IllegalStateException damagedByTheOther) {
      // Told by where the slots are.
    }
  }

  @Actor
  public void adopter(LL_Result r) {
    meeting.await();
    try {
      r.r1 = stress.tell(stress.takeAsOwner());
    } catch (IllegalStateException damagedByTheOther) {
      r.r1 = "damaged";
    }
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
