package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.smalloc4j.classic.SpinLock_UnlockLock;
import org.smalloc4j.internal.slab.Meeting;

/** An unlock before the last write, as a store without release could let it come. */
@JCStressTest
@JCStressMeta(SpinLock_UnlockLock.class)
@State
public class SpinLock_UnlockLockEarly {
  private final WeakLock lock = new WeakLock();
  private final Meeting meeting = new Meeting();
  private int x;
  private int y;

  @Actor
  public void writer() {
    meeting.await();
    lock.lock();
    x = 1;
    lock.unlock();
    WeakLock.window();
    y = 1;
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
