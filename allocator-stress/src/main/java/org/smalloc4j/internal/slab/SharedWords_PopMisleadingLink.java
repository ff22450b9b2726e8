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
 * One thread pops from the list A, B while another pops and writes into its block, over the link,
 * the code of the live slot D.
 */
@JCStressTest
@Outcome(
    id = "B, A, -",
    expect = Expect.ACCEPTABLE,
    desc = "The owner pops A and writes into it; the popper reads the head after that and pops B.")
@Outcome(
    id = "A, B, -",
    expect = Expect.ACCEPTABLE,
    desc = "The popper pops A; the owner pops B and writes into it.")
@Outcome(
    id = "A, lost, B",
    expect = Expect.ACCEPTABLE,
    desc = "The owner's CAS fails, since the popper took A.")
@Outcome(
    id = "lost, A, B",
    expect = Expect.ACCEPTABLE,
    desc =
        "The popper reads the head with A on top; the owner pops A and may write into it; the"
            + " popper's link may be garbage, and its CAS, or its second look at the head, fails.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot was handed out twice or lost, or user data was followed as a link.")
@State
public class SharedWords_PopMisleadingLink {
  private final Area area = Area.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    try {
      r.r1 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
    } catch (IllegalStateException e) {
      r.r1 = "taken for corrupt";
    }
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    long popped = area.words().tryPop(area.slab(), Area.SIZE_CLASS);
    if (popped > SharedWords.NONE) {
      RawMemory.storeLinkPlain(popped, area.code('D'));
    }
    r.r2 = area.tell(popped);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
