package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads that share a place come to it first, and take a slot each. */
@JCStressTest
@Outcome(
    id = {"A, B, 1 page", "B, A, 1 page"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them makes the cache, the other finds it whole.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Each has a cache of its own, or one saw a cache without its bins.")
@State
public class BinCaches_MakeMake {
  private final OneBin bin = new OneBin();
  private final BinCaches caches = bin.caches(1);
  private final Meeting meeting = new Meeting();

  private String take() {
    try {
      return bin.take(caches.ofCurrentThread());
    } catch (NullPointerException unfinished) {
      return "not whole";
    }
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = take();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = take();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    int count = bin.countAndRecycle();
    r.r3 = count == 1 ? "1 page" : count + " pages";
  }
}
