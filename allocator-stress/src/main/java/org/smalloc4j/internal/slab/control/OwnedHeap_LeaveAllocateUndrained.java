package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.OwnedHeap_LeaveAllocate;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Waits;

/** An owner that leaves its slab before it has given away what is in it. */
@JCStressTest
@JCStressMeta(OwnedHeap_LeaveAllocate.class)
@State
public class OwnedHeap_LeaveAllocateUndrained {
  private final StressOwners stress = StressOwners.exhausted("AB");
  private final Meeting meeting = new Meeting();
  private volatile boolean allocated;

  @Actor
  public void leaver() {
    boolean owns = stress.acquire();
    meeting.await();
    if (owns) {
      stress.leaveLate(() -> Waits.until(() -> allocated));
    }
  }

  @Actor
  public void allocator(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.heapAllocate());
    allocated = true;
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
