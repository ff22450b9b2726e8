package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_FreeTakeFree;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Waits;

/**
 * A thread that remembers which slot it handed back last, and does not look whether that is still
 * free: it refuses the second free, of a live block.
 */
@JCStressTest
@JCStressMeta(OwnedHeap_FreeTakeFree.class)
@State
public class OwnedHeap_FreeTakeFreeRemembered {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();
  private volatile long handedOver;
  private long handedBackLast;

  private void free(long address) {
    if (address == handedBackLast) {
      throw new IllegalStateException("double free");
    }
    stress.freeRemotely(address);
    handedBackLast = address;
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    if (!Waits.until(stress::hasListed)) {
      r.r1 = "none";
      return;
    }
    long taken = stress.takeAsOwner();
    r.r1 = stress.tell(taken);
    handedOver = taken;
  }

  @Actor
  public void remote(LLL_Result r) {
    meeting.await();
    free(stress.slot('A'));
    if (!Waits.until(() -> handedOver != 0)) {
      r.r2 = "no more";
      return;
    }
    try {
      free(handedOver);
      r.r2 = "freed";
    } catch (IllegalStateException e) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
