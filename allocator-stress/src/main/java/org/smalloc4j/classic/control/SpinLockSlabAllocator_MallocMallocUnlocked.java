package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.SpinLockSlabAllocator_MallocMalloc;
import org.smalloc4j.internal.slab.Meeting;

/** A pop without the lock: both threads get the slot on top. */
@JCStressTest
@JCStressMeta(SpinLockSlabAllocator_MallocMalloc.class)
@State
public class SpinLockSlabAllocator_MallocMallocUnlocked {
  private final WeakSlab slots = new WeakSlab();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = slots.pop();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = slots.pop();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = slots.pop();
  }
}
