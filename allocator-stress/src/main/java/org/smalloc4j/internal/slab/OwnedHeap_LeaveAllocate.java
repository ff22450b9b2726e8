package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * All that is free, A and B, is in the magazine of a thread that gives it away with its slab, while
 * another thread allocates.
 */
@JCStressTest
@Outcome(
    id = {"A, B", "B, A"},
    expect = Expect.ACCEPTABLE,
    desc = "The slot comes from the list, or from the slab that was left, and the other is free.")
@Outcome(
    id = "none, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The owner has not begun to give anything away.")
@Outcome(
    id = "H, gone",
    expect = Expect.ACCEPTABLE,
    desc =
        "The owner has given both away, and the allocator, which the limit refuses, gives their"
            + " memory back and claims one of its home.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is lost or free twice, or free and handed out: the slab has two owners.")
@State
public class OwnedHeap_LeaveAllocate {
  private final StressOwners stress = StressOwners.exhausted("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void leaver() {
    stress.acquire();
    meeting.await();
    stress.heap().releaseThreadCache();
  }

  @Actor
  public void allocator(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.heapAllocate());
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
