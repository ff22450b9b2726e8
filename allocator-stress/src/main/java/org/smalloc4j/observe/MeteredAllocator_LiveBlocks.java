package org.smalloc4j.observe;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** A thread allocates and frees a block, and again; another one looks how many are live. */
@JCStressTest
@Outcome(
    id = {"0, 3, 3", "1, 3, 3"},
    expect = Expect.ACCEPTABLE,
    desc = "As many blocks as there were at some instant of the look.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A number of blocks that was never live, or a lost count.")
@State
public class MeteredAllocator_LiveBlocks {
  private final MeteredAllocator metered = MeteredAllocator.over(new FewSlots(1));
  private final Meeting meeting = new Meeting();

  @Actor
  public void allocating() {
    meeting.await();
    for (int i = 0; i < 3; i++) {
      metered.free(metered.malloc(8));
    }
  }

  @Actor
  public void looking(LLL_Result r) {
    meeting.await();
    r.r1 = metered.liveBlocks();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = metered.allocations();
    r.r3 = metered.frees();
  }
}
