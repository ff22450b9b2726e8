package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One thread pushes its slot A while another pops once; the list is B. */
@JCStressTest
@Outcome(
    id = "pushed, B, A",
    expect = Expect.ACCEPTABLE,
    desc = "The popper takes B; the push then finds the list empty.")
@Outcome(
    id = "pushed, A, B",
    expect = Expect.ACCEPTABLE,
    desc = "The push puts A above B; the popper takes A.")
@Outcome(
    id = "pushed, lost, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The popper reads the head with B on top, the push replaces it, the popper's CAS fails.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A slot was handed out twice, or lost.")
@State
public class SharedWords_PushPop {
  private final Area area = Area.withFreed("B");
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('A'), area.slab(), Area.SIZE_CLASS);
    r.r1 = "pushed";
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
