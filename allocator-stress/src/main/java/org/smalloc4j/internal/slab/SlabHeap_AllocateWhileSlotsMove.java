package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One thread frees its block of slab 21 and then takes the free slot of slab 42, while another,
 * which looks at slab 21 before slab 42, allocates. At every instant a slot is free.
 */
@JCStressTest
@Outcome(
    id = "slab 42, slab 21",
    expect = Expect.ACCEPTABLE,
    desc =
        "The mover frees and takes; the allocator finds what was freed, at its first or second"
            + " round.")
@Outcome(
    id = "none, slab 42",
    expect = Expect.ACCEPTABLE,
    desc =
        "The allocator finds slab 21 empty, before the free, and pops in slab 42 before the mover.")
@Outcome(
    id = "lost, slab 42",
    expect = Expect.ACCEPTABLE,
    desc = "The same; the mover had read the head of slab 42 before, and its CAS fails.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The allocator saw slab 21 before the free and slab 42 after the pop, and said that nothing"
            + " is left; or a slot was handed out twice.")
@State
public class SlabHeap_AllocateWhileSlotsMove {
  private static final int CLASS = StressHeap.LARGEST_CLASS;

  private final StressHeap stress = StressHeap.exhausted();
  private final Meeting meeting = new Meeting();
  private final long live = stress.slot(StressHeap.SECOND_SLAB, CLASS, 0);

  {
    stress.setFreed(StressHeap.THIRD_SLAB, CLASS, 1);
  }

  @Actor
  public void mover(LL_Result r) {
    meeting.await();
    stress.heap().free(live);
    r.r1 = tell(stress.heap().words().tryPop(StressHeap.THIRD_SLAB, CLASS));
  }

  @Actor
  public void allocator(LL_Result r) {
    meeting.await();
    r.r2 = tell(stress.heap().allocate(CLASS));
  }

  private String tell(long taken) {
    if (taken == SharedWords.NONE) {
      return "none";
    }
    return taken == SharedWords.LOST ? "lost" : "slab " + stress.layout().slabOf(taken);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    stress.giveBack();
  }
}
