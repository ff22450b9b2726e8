package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_FreeFree;
import org.smalloc4j.internal.slab.StressOwners;

/** A free that does not look whose slab it is: both write the same entry, and a slot is lost. */
@JCStressTest
@JCStressMeta(OwnedHeap_FreeFree.class)
@State
public class OwnedHeap_FreeFreeOwnerUnchecked {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void freeing1(LL_Result r) {
    meeting.await();
    stress.putInMagazine(stress.slot('A'));
    r.r1 = "freed";
  }

  @Actor
  public void freeing2() {
    meeting.await();
    stress.putInMagazine(stress.slot('B'));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
