package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_AdoptAdopt;
import org.smalloc4j.internal.slab.StressOwners;

/** Adoption that looks and then stores: both threads adopt the slab, and A is handed out twice. */
@JCStressTest
@JCStressMeta(OwnedHeap_AdoptAdopt.class)
@State
public class OwnedHeap_AdoptAdoptByStore {
  private final StressOwners stress = StressOwners.withFreed("A");
  private final Meeting meeting = new Meeting();
  private boolean adopted;

  private String adoptAndTake() {
    if (adopted) {
      return "H";
    }
    Window.open();
    adopted = true;
    return stress.tell(stress.takeAsOwner());
  }

  @Actor
  public void adopter1(LLL_Result r) {
    meeting.await();
    r.r1 = adoptAndTake();
  }

  @Actor
  public void adopter2(LLL_Result r) {
    meeting.await();
    r.r2 = adoptAndTake();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
