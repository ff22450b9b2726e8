package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_LengthPopPop;

/** Pops that count what they removed by a load and a store: one removal is missing. */
@JCStressTest
@JCStressMeta(SharedWords_LengthPopPop.class)
@State
public class SharedWords_LengthPopPopByStore {
  private final Area area = Area.withFreed("ABC");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.popCountedByStore());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.popCountedByStore());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreedAndOwnedLength();
    area.giveBack();
  }
}
