package org.smalloc4j.observe.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.observe.FewSlots;
import org.smalloc4j.observe.MeteredAllocator_FreeReuse;

/** A free that is counted after it: the slot's next owner counts it again before that. */
@JCStressTest
@JCStressMeta(MeteredAllocator_FreeReuse.class)
@State
public class MeteredAllocator_FreeReuseCountedLate {
  private final WeakMeter metered = new WeakMeter(new FewSlots(1));
  private final Meeting meeting = new Meeting();
  private final long address = metered.tryMalloc();

  @Actor
  public void freeing() {
    meeting.await();
    metered.free(address);
  }

  @Actor
  public void allocating(LLL_Result r) {
    meeting.await();
    long got = 0;
    for (int i = 0; i < 100 && got == 0; i++) {
      got = metered.tryMalloc();
    }
    r.r1 = got == 0 ? "none" : metered.liveBlocks() + " blocks";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = metered.liveBytes.get();
    r.r3 = metered.peak.get();
  }
}
