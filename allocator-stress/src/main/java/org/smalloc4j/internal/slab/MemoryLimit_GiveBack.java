package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.address.SizeClass;

/**
 * Two threads each claim the last slot of an area where the limit allows two more: who comes too
 * late gives back what it took from the limit.
 */
@JCStressTest
@Outcome(
    id = "last, none, one left",
    expect = Expect.ACCEPTABLE,
    desc = "The first gets the slot; the second takes nothing, or gives it back.")
@Outcome(
    id = "none, last, one left",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The limit lost an update: it counts a slot that nobody has, or does not count one.")
@State
public class MemoryLimit_GiveBack {
  private final Area area = Area.withFrontier(true);
  private final MemoryLimit limit = new MemoryLimit(2 * SizeClass.slotBytes(Area.SIZE_CLASS));
  private final SharedWords words = new SharedWords(area.layout(), limit);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.claim(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.claim(area.slab(), Area.SIZE_CLASS));
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    long slotBytes = SizeClass.slotBytes(Area.SIZE_CLASS);
    boolean one = !limit.refuses(slotBytes) && limit.refuses(2 * slotBytes);
    r.r3 = one ? "one left" : "other";
    area.giveBack();
  }
}
