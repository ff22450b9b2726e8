package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A dead thread's slab is adopted and drawn from while a thread without a slab frees A and B. */
@JCStressTest
@Outcome(
    id = "FF, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The adopter looks for returned slots before there are any; A and B stay on the list.")
@Outcome(
    id = {"AF, B", "FA, B"},
    expect = Expect.ACCEPTABLE,
    desc = "The adopter looks when A is on the list and B is not yet.")
@Outcome(
    id = {"BA, -", "FB, A"},
    expect = Expect.ACCEPTABLE,
    desc = "The adopter looks when both are on the list, B on top.")
@Outcome(
    id = "AB, -",
    expect = Expect.ACCEPTABLE,
    desc = "The adopter looks when A is on the list, uses it up, and looks again for B.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot is lost, or is in two places.")
@State
public class OwnedHeap_AdoptLateFree {
  private final StressOwners stress = StressOwners.withFreed("");
  private final Meeting meeting = new Meeting();

  @Actor
  public void adopter(LL_Result r) {
    meeting.await();
    OwnedHeap heap = stress.heap();
    r.r1 =
        stress.tell(heap.allocate(StressOwners.SIZE_CLASS))
            + stress.tell(heap.allocate(StressOwners.SIZE_CLASS));
  }

  @Actor
  public void remote() {
    meeting.await();
    SlabHeap shared = stress.heap().shared();
    shared.free(stress.slot('A'));
    shared.free(stress.slot('B'));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
