package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A dead thread's stash, with A and B, is drained while a thread without a slab allocates. */
@JCStressTest
@Outcome(
    id = "B, A",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is adopted first, or drained, left, and adopted: B is taken, A stays.")
@Outcome(
    id = "A, B",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is drained, left, and adopted: A is on top of the list, B stays.")
@Outcome(
    id = "H, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The slab belongs to the drainer just then; the other thread does without one.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or is in two places.")
@State
public class OwnedHeap_AdoptDrain {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void drainer() {
    meeting.await();
    stress.heap().held().release();
  }

  @Actor
  public void adopter(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.heap().allocate(StressOwners.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
