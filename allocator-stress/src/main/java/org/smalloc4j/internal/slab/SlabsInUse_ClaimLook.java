package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** One thread claims the first slot of a slab and frees it, another looks for a free one. */
@JCStressTest
@Outcome(id = "freed, empty", expect = Expect.ACCEPTABLE, desc = "The look comes before the free.")
@Outcome(id = "freed, found", expect = Expect.ACCEPTABLE, desc = "It comes after the free.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is free, and the slab it is in is not one of those that are looked through.")
@State
public class SlabsInUse_ClaimLook {
  private final Area area = Area.untouched();
  private final SharedWords words =
      new SharedWords(area.layout(), new MemoryLimit(MemoryLimit.UNLIMITED));
  private final Meeting meeting = new Meeting();

  @Actor
  public void claimer(LL_Result r) {
    meeting.await();
    long claimed = SlabHeap.address(words.claim(area.slab(), Area.SIZE_CLASS));
    words.push(claimed, area.slab(), Area.SIZE_CLASS);
    r.r1 = "freed";
  }

  @Actor
  public void looker(LL_Result r) {
    meeting.await();
    boolean isEmpty = words.isEmpty(area.slab(), Area.SIZE_CLASS);
    boolean isSeen = words.inUse().contains(area.slab(), Area.SIZE_CLASS);
    r.r2 = isEmpty ? "empty" : isSeen ? "found" : "missed";
  }

  @Arbiter
  public void atRest(LL_Result r) {
    area.giveBack();
  }
}
