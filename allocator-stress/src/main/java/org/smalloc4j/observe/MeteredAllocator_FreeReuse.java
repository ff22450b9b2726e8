package org.smalloc4j.observe;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.Allocator;
import org.smalloc4j.internal.slab.Meeting;

/** A thread frees the only slot there is, and another thread gets it at once. */
@JCStressTest
@Outcome(
    id = {"1 blocks, 64, 64", "none, 0, 64"},
    expect = Expect.ACCEPTABLE,
    desc = "The slot was got again, or not: it counts once.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The one slot was counted twice, or more bytes were live than there are.")
@State
public class MeteredAllocator_FreeReuse {
  private final MeteredAllocator metered = MeteredAllocator.over(new FewSlots(1));
  private final Meeting meeting = new Meeting();
  private final long address = metered.malloc(8);

  @Actor
  public void freeing() {
    meeting.await();
    metered.free(address);
  }

  @Actor
  public void allocating(LLL_Result r) {
    meeting.await();
    long got = Allocator.NULL;
    for (int i = 0; i < 100 && got == Allocator.NULL; i++) {
      got = metered.tryMalloc(8, 1);
    }
    r.r1 = got == Allocator.NULL ? "none" : metered.liveBlocks() + " blocks";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = metered.liveBytes();
    r.r3 = metered.peakLiveBytes();
  }
}
