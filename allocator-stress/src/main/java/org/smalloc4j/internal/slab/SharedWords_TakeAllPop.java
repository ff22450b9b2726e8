package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread takes the whole list, A, B, while another pops once. */
@JCStressTest
@Outcome(
    id = "A, B, -",
    expect = Expect.ACCEPTABLE,
    desc = "The popper takes A; the taker, perhaps in a second attempt, takes B.")
@Outcome(
    id = "none, AB, -",
    expect = Expect.ACCEPTABLE,
    desc = "The taker takes A, B; the popper reads the head after that: empty.")
@Outcome(
    id = "lost, AB, -",
    expect = Expect.ACCEPTABLE,
    desc = "The popper reads the head with A on top, the taker takes all, the popper's CAS fails.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is popped and taken, or neither, or still on the list.")
@State
public class SharedWords_TakeAllPop {
  private final Area area = Area.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void taker(LLL_Result r) {
    meeting.await();
    r.r2 = area.tellChain(area.takeAll());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
