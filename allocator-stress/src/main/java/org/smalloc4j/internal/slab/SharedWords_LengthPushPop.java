package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The list is A, of a slab that nobody owns, so its length stands in A: one thread pushes B,
 * another pops and writes into its block, over the length.
 */
@JCStressTest
@Outcome(
    id = "pushed, A, B 1",
    expect = Expect.ACCEPTABLE,
    desc =
        "The popper takes A; B is pushed on the empty list, perhaps after a CAS that failed with a"
            + " length that was A's, or user data.")
@Outcome(
    id = "pushed, B, A 1",
    expect = Expect.ACCEPTABLE,
    desc = "B is pushed on A and popped again.")
@Outcome(
    id = "pushed, lost, BA 2",
    expect = Expect.ACCEPTABLE,
    desc = "The popper reads the head with A on top, B replaces it, the popper's CAS fails.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The length is not that of the list.")
@State
public class SharedWords_LengthPushPop {
  private final Area area = Area.withPushed("A");
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('B'), area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    long popped = area.words().tryPop(area.slab(), Area.SIZE_CLASS);
    if (popped > SharedWords.NONE) {
      RawMemory.storeLinkPlain(popped + Integer.BYTES, 3);
    }
    r.r2 = area.tell(popped);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreedAndLength();
    area.giveBack();
  }
}
