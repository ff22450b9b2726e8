package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A dead thread's slab has A in its magazine; two threads without a slab allocate. */
@JCStressTest
@Outcome(
    id = {"A, H, -", "H, A, -"},
    expect = Expect.ACCEPTABLE,
    desc = "One adopts the slab and finds A; the other does without one.")
@Outcome(
    id = {"A, dead: F, -", "dead: F, A, -"},
    expect = Expect.ACCEPTABLE,
    desc = "The first adopter's thread, at jcstress's end of an iteration, is dead: adopted again.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both adopted it, or neither did.")
@State
public class OwnedHeap_AdoptAdopt {
  private final StressOwners stress = StressOwners.withFreed("A");
  private final Meeting meeting = new Meeting();
  private volatile @Nullable Thread thread1;
  private volatile @Nullable Thread thread2;

  private String allocate() {
    return stress.tell(stress.heap().allocate(StressOwners.SIZE_CLASS));
  }

  private static String told(String told, @Nullable Thread other) {
    return other != null && !other.isAlive() && told.equals("F") ? "dead: F" : told;
  }

  @Actor
  public void adopter1(LLL_Result r) {
    thread1 = Thread.currentThread();
    meeting.await();
    r.r1 = told(allocate(), thread2);
  }

  @Actor
  public void adopter2(LLL_Result r) {
    thread2 = Thread.currentThread();
    meeting.await();
    r.r2 = told(allocate(), thread1);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = stress.tellFree();
    stress.giveBack();
  }
}
