package org.smalloc4j.observe.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.observe.FewSlots;
import org.smalloc4j.observe.MeteredAllocator_Peak;

/** A peak that is compared and stored after the sum was made: a smaller one overwrites it. */
@JCStressTest
@JCStressMeta(MeteredAllocator_Peak.class)
@State
public class MeteredAllocator_PeakByStore {
  private final WeakMeter metered = new WeakMeter(new FewSlots(2));
  private final Meeting meeting = new Meeting();

  private Object allocateAndLook() {
    long address = metered.tryMalloc();
    long live = metered.liveBytes.get();
    Object told = metered.peak.get() < live ? live + " above the peak" : live;
    metered.free(address);
    return told;
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = allocateAndLook();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = allocateAndLook();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = metered.liveBytes.get() == 0 ? metered.peak.get() : "some left live";
  }
}
