package org.smalloc4j.pool.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.pool.BlockPool_ReleaseRelease;

/** A release that stores the new head instead of comparing and swapping. */
@JCStressTest
@JCStressMeta(BlockPool_ReleaseRelease.class)
@State
public class BlockPool_ReleaseReleaseByStore {
  private final WeakenedPool pool = new WeakenedPool();
  private final int a = pool.acquire();
  private final int b = pool.acquire();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    pool.releaseByStore(a);
    r.r1 = "A";
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    pool.releaseByStore(b);
    r.r2 = "B";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = pool.tellFree();
  }
}
