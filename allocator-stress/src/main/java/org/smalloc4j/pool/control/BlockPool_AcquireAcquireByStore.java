package org.smalloc4j.pool.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.pool.BlockPool_AcquireAcquire;
import org.smalloc4j.pool.Letters;

/** An acquire that stores the new head instead of comparing and swapping. */
@JCStressTest
@JCStressMeta(BlockPool_AcquireAcquire.class)
@State
public class BlockPool_AcquireAcquireByStore {
  private final WeakenedPool pool = new WeakenedPool();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = Letters.tell(pool.acquireByStore());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = Letters.tell(pool.acquireByStore());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = pool.tellFree();
  }
}
