package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads allocate from a slab whose list is A, B, C, D. */
@JCStressTest
@Outcome(
    id = {"A, B, C", "B, A, C"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them gets A, the other the slot below.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is live twice, or lost.")
@State
public class SpinLockSlabAllocator_MallocMalloc {
  private final FourSlots slots = new FourSlots();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = FourSlots.tell(slots.malloc());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = FourSlots.tell(slots.malloc());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = FourSlots.tell(slots.malloc());
    slots.giveBack();
  }
}
