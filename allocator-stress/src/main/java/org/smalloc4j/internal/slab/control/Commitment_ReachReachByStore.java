package org.smalloc4j.internal.slab.control;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As Commitment_ReachReach, with a store in place of the CAS. */
@JCStressTest
@Outcome(
    id = "1, 2",
    expect = Expect.ACCEPTABLE,
    desc = "Counted once; as far as the second wants.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Counted twice, or the end fell.")
@State
public class Commitment_ReachReachByStore {
  private final AtomicLongArray committed = new AtomicLongArray(1);
  private final AtomicInteger stretches = new AtomicInteger();

  private void reach(long bytes) {
    long before = committed.get(0);
    if (before < bytes) {
      committed.set(0, bytes);
      if (before == 0) {
        stretches.incrementAndGet();
      }
    }
  }

  @Actor
  public void first() {
    reach(1);
  }

  @Actor
  public void second() {
    reach(2);
  }

  @Arbiter
  public void atRest(II_Result r) {
    r.r1 = stretches.get();
    r.r2 = (int) committed.get(0);
  }
}
