package org.smalloc4j.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads release A and B, above C. */
@JCStressTest
@Outcome(
    id = {"A, B, ABC", "A, B, BAC"},
    expect = Expect.ACCEPTABLE,
    desc = "Both are free, the one released last on top.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A block is lost, or free twice.")
@State
public class BlockPool_ReleaseRelease {
  private final Letters letters = Letters.free();
  private final long a = letters.pool().acquire();
  private final long b = letters.pool().acquire();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    letters.pool().release(a);
    r.r1 = "A";
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    letters.pool().release(b);
    r.r2 = "B";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = letters.tellFree();
  }
}
