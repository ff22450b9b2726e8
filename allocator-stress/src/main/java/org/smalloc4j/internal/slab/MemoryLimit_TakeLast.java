package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.address.SizeClass;

/** Two threads each claim a fresh slot where the limit allows one more. */
@JCStressTest
@Outcome(
    id = "A, none, none left",
    expect = Expect.ACCEPTABLE,
    desc = "The first takes the last bytes of the limit, the second is refused.")
@Outcome(
    id = "none, A, none left",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The limit was exceeded, or what it allows was refused to both.")
@State
public class MemoryLimit_TakeLast {
  private final Area area = Area.withFrontier(false);
  private final MemoryLimit limit = new MemoryLimit(1 * SizeClass.slotBytes(Area.SIZE_CLASS));
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
    r.r3 = limit.refuses(slotBytes) ? "none left" : "some left";
    area.giveBack();
  }
}
