package org.smalloc4j;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads make the first two calls on a heap. Each state has a heap of its own. */
@JCStressTest
@Outcome(
    id = "a block, a block, 2 live",
    expect = Expect.ACCEPTABLE,
    desc = "Each finds a slab, or does without one, and has a block that is its own.")
@Outcome(expect = Expect.FORBIDDEN, desc = "They share a block, or one of them got none.")
@State
public class Smalloc_FirstUse {
  private static final int BYTES = 64;

  private final Smalloc heap = Smalloc.builder().name("stress").regionBits(28).build();
  private final Meeting meeting = new Meeting();
  private long first;
  private long second;

  private static String tell(long address) {
    return address == Allocator.NULL ? "none" : "a block";
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    first = heap.tryMalloc(BYTES, 1);
    r.r1 = tell(first);
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    second = heap.tryMalloc(BYTES, 1);
    r.r2 = tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = first == second ? "the same" : heap.stats().liveBlocks() + " live";
    heap.close();
  }
}
