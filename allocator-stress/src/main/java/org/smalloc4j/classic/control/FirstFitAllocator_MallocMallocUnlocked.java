package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.FirstFitAllocator_MallocMalloc;
import org.smalloc4j.classic.OneHeap;
import org.smalloc4j.internal.slab.Meeting;

/** A search without the lock: both threads cut off the same block. */
@JCStressTest
@JCStressMeta(FirstFitAllocator_MallocMalloc.class)
@State
public class FirstFitAllocator_MallocMallocUnlocked {
  private final OneHeap heap = new OneHeap();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = heap.tell(heap.mallocUnlocked());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = heap.tell(heap.mallocUnlocked());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = heap.tell(heap.mallocUnlocked());
    heap.giveBack();
  }
}
