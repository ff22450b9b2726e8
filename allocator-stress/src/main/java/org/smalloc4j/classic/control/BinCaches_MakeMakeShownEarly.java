package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.BinCaches_MakeMake;
import org.smalloc4j.internal.slab.Meeting;

/** A cache that is shown before its bins are there, as without release. */
@JCStressTest
@JCStressMeta(BinCaches_MakeMake.class)
@State
public class BinCaches_MakeMakeShownEarly {
  private final WeakenedBins bins = new WeakenedBins();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = bins.takeFromCacheShownEarly();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = bins.takeFromCacheShownEarly();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = bins.tellPages();
  }
}
