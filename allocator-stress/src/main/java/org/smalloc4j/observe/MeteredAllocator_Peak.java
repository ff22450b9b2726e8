package org.smalloc4j.observe;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/**
 * Two threads allocate a block of 64 bytes each, look at the live bytes and then at the peak, and
 * free their block.
 */
@JCStressTest
@Outcome(
    id = {"64, 64, 64", "64, 64, 128"},
    expect = Expect.ACCEPTABLE,
    desc = "One after the other; or both blocks were live when neither thread looked.")
@Outcome(
    id = {"128, 64, 128", "64, 128, 128", "128, 128, 128"},
    expect = Expect.ACCEPTABLE,
    desc = "Both blocks were live, and the peak is that.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Live bytes were seen that the peak does not know, or the peak was never live.")
@State
public class MeteredAllocator_Peak {
  private final MeteredAllocator metered = MeteredAllocator.over(new FewSlots(2));
  private final Meeting meeting = new Meeting();

  private Object allocateAndLook() {
    long address = metered.malloc(8);
    long live = metered.liveBytes();
    Object told = metered.peakLiveBytes() < live ? live + " above the peak" : live;
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
    r.r3 = metered.liveBytes() == 0 ? metered.peakLiveBytes() : "some left live";
  }
}
