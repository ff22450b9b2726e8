package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads take the lock, count, and give it back. */
@JCStressTest
@Outcome(
    id = {"1, 2, 2", "2, 1, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "One after the other.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both had the lock, or one missed the other's count.")
@State
public class SpinLock_LockLock {
  private final SpinLock lock = new SpinLock();
  private final Meeting meeting = new Meeting();
  private int count;

  private int countOnce() {
    meeting.await();
    lock.lock();
    int counted = ++count;
    lock.unlock();
    return counted;
  }

  @Actor
  public void first(III_Result r) {
    r.r1 = countOnce();
  }

  @Actor
  public void second(III_Result r) {
    r.r2 = countOnce();
  }

  @Arbiter
  public void atRest(III_Result r) {
    r.r3 = count;
  }
}
