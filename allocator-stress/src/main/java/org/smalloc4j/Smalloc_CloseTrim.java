package org.smalloc4j;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** One thread closes a heap while another trims it. Each state has a heap of its own. */
@JCStressTest
@Outcome(
    id = "closed, trimmed",
    expect = Expect.ACCEPTABLE,
    desc = "The trim completes before the region is released.")
@Outcome(
    id = "closed, refused",
    expect = Expect.ACCEPTABLE,
    desc = "The close comes first; the trim finds the heap closed.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The trim touched the region that is gone (or the JVM crashed there).")
@State
public class Smalloc_CloseTrim {
  private final Smalloc heap = Smalloc.builder().name("stress").regionBits(28).build();
  private final Meeting meeting = new Meeting();

  {
    heap.free(heap.malloc(64));
  }

  @Actor
  public void closing(LL_Result r) {
    meeting.await();
    heap.close();
    r.r1 = "closed";
  }

  @Actor
  public void trimming(LL_Result r) {
    meeting.await();
    try {
      heap.trim();
      r.r2 = "trimmed";
    } catch (IllegalStateException e) {
      r.r2 =
          "heap 'stress' is closed".equals(e.getMessage())
              ? "refused"
              : String.valueOf(e.getMessage());
    }
  }

  @Arbiter
  public void atRest(LL_Result r) {
    heap.close();
  }
}
