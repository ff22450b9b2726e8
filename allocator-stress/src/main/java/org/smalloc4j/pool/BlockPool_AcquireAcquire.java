package org.smalloc4j.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads acquire from the list A, B, C. */
@JCStressTest
@Outcome(
    id = {"A, B, C", "B, A, C"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them gets A, the other the block below.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A block is live twice, or lost.")
@State
public class BlockPool_AcquireAcquire {
  private final Letters letters = Letters.free();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = letters.tell(letters.pool().acquire());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = letters.tell(letters.pool().acquire());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = letters.tellFree();
  }
}
