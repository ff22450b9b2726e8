package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.smalloc4j.internal.slab.Meeting;

/** One thread writes two numbers under the lock, the other reads both under it. */
@JCStressTest
@Outcome(
    id = {"0, 0", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "The reader had the lock before the writer, or after it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The reader saw half of what the last holder wrote.")
@State
public class SpinLock_UnlockLock {
  private final SpinLock lock = new SpinLock();
  private final Meeting meeting = new Meeting();
  private int x;
  private int y;

  @Actor
  public void writer() {
    meeting.await();
    lock.lock();
    x = 1;
    y = 1;
    lock.unlock();
  }

  @Actor
  public void reader(II_Result r) {
    meeting.await();
    lock.lock();
    r.r1 = y;
    r.r2 = x;
    lock.unlock();
  }
}
