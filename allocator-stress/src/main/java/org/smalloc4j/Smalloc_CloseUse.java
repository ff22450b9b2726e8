package org.smalloc4j;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One thread closes a heap and says so; another, which had a block in its stash, allocates if it
 * was told. Each state has a heap of its own.
 */
@JCStressTest
@Outcome(
    id = "closed, refused",
    expect = Expect.ACCEPTABLE,
    desc = "It was told: the heap is closed, and no stash hands out what is unmapped.")
@Outcome(
    id = "closed, not told",
    expect = Expect.ACCEPTABLE,
    desc = "It was not told yet, and leaves the heap alone, as the contract asks.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A block of the region that is gone (or a crash there).")
@State
public class Smalloc_CloseUse {
  private final Smalloc heap = Smalloc.builder().name("stress").regionBits(28).build();
  private volatile boolean warmedUp;
  private volatile boolean told;

  @Actor
  public void closing(LL_Result r) {
    while (!warmedUp) {
      Thread.onSpinWait();
    }
    heap.close();
    told = true;
    r.r1 = "closed";
  }

  @Actor
  public void using(LL_Result r) {
    heap.free(heap.malloc(64));
    warmedUp = true;
    r.r2 = "not told";
    for (int i = 0; i < 1_000 && r.r2.equals("not told"); i++) {
      if (told) {
        r.r2 = use();
      }
    }
  }

  private String use() {
    try {
      return "block at 0x" + Long.toHexString(heap.malloc(64));
    } catch (IllegalStateException e) {
      return "heap 'stress' is closed".equals(e.getMessage())
          ? "refused"
          : String.valueOf(e.getMessage());
    }
  }
}
