package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.smalloc4j.classic.SpinLock_LockLock;
import org.smalloc4j.internal.slab.Meeting;

/** A lock that is looked at and then stored to: two threads have it. */
@JCStressTest
@JCStressMeta(SpinLock_LockLock.class)
@State
public class SpinLock_LockLockByStore {
  private final WeakLock lock = new WeakLock();
  private final Meeting meeting = new Meeting();
  private int count;

  private int countOnce() {
    meeting.await();
    lock.lockByStore();
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
