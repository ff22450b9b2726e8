package org.smalloc4j.pool.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.pool.BlockPool_AcquireAba;
import org.smalloc4j.pool.Letters;

/** One thread acquires once while another acquires twice and releases the first. Under a lock. */
@JCStressTest
@JCStressMeta(BlockPool_AcquireAba.class)
@State
public class BlockPool_AcquireAbaLocked {
  private final LockedPool pool = new LockedPool();
  private final Meeting meeting = new Meeting();

  @Actor
  public void sleeper(LLL_Result r) {
    meeting.await();
    r.r1 = Letters.tell(pool.acquire());
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    int first = pool.acquire();
    int second = pool.acquire();
    pool.release(first);
    r.r2 = Letters.tell(first) + Letters.tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = pool.tellFree();
  }
}
