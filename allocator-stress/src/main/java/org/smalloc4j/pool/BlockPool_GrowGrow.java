package org.smalloc4j.pool;

import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads acquire from an empty pool that is bounded at one block. */
@JCStressTest
@Outcome(
    id = {"block, none, 1 held", "none, block, 1 held"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them grows the pool; for the other nothing is left below the bound.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The bound was passed, or nobody got the block.")
@State
public class BlockPool_GrowGrow {
  private final BlockPool pool =
      BlockPool.bounded(new Addresses().slow(20), ValueLayout.JAVA_LONG, 1, 1);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = pool.tryAcquire() == 0 ? "none" : "block";
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = pool.tryAcquire() == 0 ? "none" : "block";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = pool.heldBlocks() + " held";
  }
}
