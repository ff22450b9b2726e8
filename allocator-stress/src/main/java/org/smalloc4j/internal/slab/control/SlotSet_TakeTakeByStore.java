package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SlotSet_TakeTake;

/** Takes that load and store the word: both get A. */
@JCStressTest
@JCStressMeta(SlotSet_TakeTake.class)
@State
public class SlotSet_TakeTakeByStore {
  private final Area area = Area.withKept("AB");
  private final WeakenedSet set = new WeakenedSet(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = set.takeByStore();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = set.takeByStore();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = set.tell();
    area.giveBack();
  }
}
