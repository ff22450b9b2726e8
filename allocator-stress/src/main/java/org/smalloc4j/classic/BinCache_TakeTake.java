package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads of one cache take a slot each; its list is A, B, C. */
@JCStressTest
@Outcome(
    id = {"A, B, C", "B, A, C"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them gets A, the other the slot below.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is live twice, or lost.")
@State
public class BinCache_TakeTake {
  private final OneBin bin = new OneBin();
  private final BinCache cache = bin.cache("ABC");
  private final Meeting meeting = new Meeting();

  {
    bin.put(cache, 'C');
    bin.put(cache, 'B');
    bin.put(cache, 'A');
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = bin.take(cache);
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = bin.take(cache);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = bin.take(cache);
    bin.countAndRecycle();
  }
}
