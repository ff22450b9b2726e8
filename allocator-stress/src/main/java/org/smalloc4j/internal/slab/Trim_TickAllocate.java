package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A and B were free at the last tick. This one gives their memory back, while another thread
 * allocates, reads, if the slot is said to be zero, and writes.
 */
@JCStressTest
@Outcome(
    id = "A, new, - kept B of 2",
    expect = Expect.ACCEPTABLE,
    desc = "The allocator takes A before the tick takes both: B shares its OS page with it.")
@Outcome(
    id = "C zero, new, - purged AB of 3",
    expect = Expect.ACCEPTABLE,
    desc = "The tick has both when the allocator claims C; its CAS of the frontier fails.")
@Outcome(
    id = "A zero, new, - of 1",
    expect = Expect.ACCEPTABLE,
    desc = "The tick has lowered the frontier to 0; the allocator claims A, which is zero again.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The memory of a live block went back, a slot said to be zero was not, or a slot is lost or"
            + " has two owners.")
@State
public class Trim_TickAllocate {
  private static final int CLASS = 6;

  private final StressHeap stress = StressHeap.empty();
  private final Meeting meeting = new Meeting();
  private long address;

  {
    stress.setFrontier(0, CLASS, 2);
    stress.setContents(stress.slot(0, CLASS, 2), 0);
    stress.setFreed(0, CLASS, 1, 0);
    stress.tick();
    stress.setContents(stress.slot(0, CLASS, 0), Contents.OLD);
    stress.setContents(stress.slot(0, CLASS, 1), Contents.OLD);
  }

  @Actor
  public void ticker() {
    meeting.await();
    stress.tick();
  }

  @Actor
  public void allocator(LLL_Result r) {
    meeting.await();
    long allocated = stress.heap().allocate(CLASS);
    address = SlabHeap.address(allocated);
    r.r1 = stress.letterOf(address, CLASS);
    if (SlabHeap.isZero(allocated)) {
      r.r1 += " " + Contents.tell(stress.contents(address));
    }
    stress.setContents(address, Contents.NEW);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = Contents.tell(stress.contents(address));
    r.r3 = stress.tellHome(CLASS);
    stress.giveBack();
  }
}
