package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.BinCache_TakeTake;
import org.smalloc4j.internal.slab.Meeting;

/** A take without the lock. */
@JCStressTest
@JCStressMeta(BinCache_TakeTake.class)
@State
public class BinCache_TakeTakeUnlocked {
  private final WeakenedBins.Cache cache = new WeakenedBins.Cache(3);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = cache.takeUnlocked();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = cache.takeUnlocked();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = cache.take();
  }
}
