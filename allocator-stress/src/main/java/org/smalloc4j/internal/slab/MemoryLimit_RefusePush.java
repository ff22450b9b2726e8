package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** One thread finds no slot and remembers that, while another pushes one. */
@JCStressTest
@Outcome(
    id = "none, looks again",
    expect = Expect.ACCEPTABLE,
    desc = "The push comes after the look: what is remembered holds no longer.")
@Outcome(id = "A, found", expect = Expect.ACCEPTABLE, desc = "It comes before the look.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A slot is free, and an allocation is refused without a look.")
@State
public class MemoryLimit_RefusePush {
  private final Area area = Area.withFreed("");
  private final MemoryLimit limit = new MemoryLimit(1 << 20);
  private final SharedWords words = new SharedWords(area.layout(), limit);
  private final Meeting meeting = new Meeting();

  @Actor
  public void refused(LL_Result r) {
    meeting.await();
    long watch = limit.watch();
    long taken = words.tryPop(area.slab(), Area.SIZE_CLASS);
    if (taken == SharedWords.NONE) {
      limit.noteRefusal(watch, Area.SIZE_CLASS);
    }
    r.r1 = area.tell(taken);
  }

  @Actor
  public void pusher() {
    meeting.await();
    words.push(area.slot('A'), area.slab(), Area.SIZE_CLASS);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    if (area.tellFreed().equals("A")) {
      r.r2 = limit.holds(Area.SIZE_CLASS) ? "refused" : "looks again";
    } else {
      r.r2 = "found";
    }
    area.giveBack();
  }
}
