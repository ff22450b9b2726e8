package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A tick sorts a dead thread's stash, with A and B, while a thread without a slab allocates. */
@JCStressTest
@Outcome(
    id = "B, A",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is adopted first: B is taken from the stash, which the tick leaves alone.")
@Outcome(
    id = "A, B",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is emptied, left, and adopted: A is taken, of those that are kept.")
@Outcome(
    id = "H, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The tick has the slab in hand just then; the other thread does without one.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is lost, is in two places, or went back at the first tick that found it free.")
@State
public class Trim_TickAdopt {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void ticker() {
    meeting.await();
    stress.tick();
  }

  @Actor
  public void adopter(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.heapAllocate());
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
