package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The owner of another slab takes a slot of what a dead thread holds, A and B, and leaves the rest,
 * while a thread without a slab allocates.
 */
@JCStressTest
@Outcome(
    id = "B, A, -",
    expect = Expect.ACCEPTABLE,
    desc = "B is lent, then the slab is adopted with A.")
@Outcome(
    id = "B, H, A",
    expect = Expect.ACCEPTABLE,
    desc = "B is being lent just then; the other thread does without a slab, and A stays.")
@Outcome(
    id = "none, B, A",
    expect = Expect.ACCEPTABLE,
    desc = "The slab is adopted first: its owner lives, and lends nothing.")
@Outcome(
    id = "dead: A, B, -",
    expect = Expect.ACCEPTABLE,
    desc =
        "The adopter's thread, at jcstress's end of an iteration, is dead: what it left is lent.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or is in two places.")
@State
public class Reuse_LendAdopt {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();
  private volatile @Nullable Thread adopter;

  @Actor
  public void borrower(LLL_Result r) {
    meeting.await();
    String told = stress.tell(stress.borrowOfTheDead());
    Thread other = adopter;
    r.r1 = told.equals("A") && other != null && !other.isAlive() ? "dead: A" : told;
  }

  @Actor
  public void adopter(LLL_Result r) {
    adopter = Thread.currentThread();
    meeting.await();
    r.r2 = stress.tell(stress.heapAllocate());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
