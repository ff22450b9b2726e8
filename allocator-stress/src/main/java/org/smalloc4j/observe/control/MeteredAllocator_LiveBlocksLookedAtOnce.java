package org.smalloc4j.observe.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.observe.FewSlots;
import org.smalloc4j.observe.MeteredAllocator_LiveBlocks;

/** Two counts that are not looked at again: more were freed by then than had been allocated. */
@JCStressTest
@JCStressMeta(MeteredAllocator_LiveBlocks.class)
@State
public class MeteredAllocator_LiveBlocksLookedAtOnce {
  private final WeakMeter metered = new WeakMeter(new FewSlots(1));
  private final Meeting meeting = new Meeting();

  @Actor
  public void allocating() {
    meeting.await();
    for (int i = 0; i < 3; i++) {
      metered.free(metered.tryMalloc());
    }
  }

  @Actor
  public void looking(LLL_Result r) {
    meeting.await();
    r.r1 = metered.liveBlocks();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = metered.allocations.get();
    r.r3 = metered.frees.get();
  }
}
