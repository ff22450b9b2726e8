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
 * The list is A, whose link was overwritten after its free: one thread pops, which drops the list,
 * while another pushes B.
 */
@JCStressTest
@Outcome(
    id = "damaged, pushed, B",
    expect = Expect.ACCEPTABLE,
    desc = "The list is dropped, then B is pushed on the empty one.")
@Outcome(
    id = "lost, pushed, BA?-1",
    expect = Expect.ACCEPTABLE,
    desc =
        "B is pushed after the popper's read of the head: its second look, or the CAS that drops"
            + " the list, finds the head changed.")
@Outcome(
    id = "B, pushed, A?-1",
    expect = Expect.ACCEPTABLE,
    desc = "B is pushed on A and popped; the next pop meets A.")
@Outcome(expect = Expect.FORBIDDEN, desc = "B was dropped, or A was handed out.")
@State
public class SharedWords_DropPush {
  private final Area area = Area.withPushed("A");
  private final Meeting meeting = new Meeting();

  {
    RawMemory.storeLinkPlain(area.slot('A'), -1);
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    try {
      r.r1 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
    } catch (IllegalStateException e) {
      r.r1 = "damaged";
    }
  }

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    area.words().push(area.slot('B'), area.slab(), Area.SIZE_CLASS);
    r.r2 = "pushed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
