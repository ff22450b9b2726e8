package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SlotSet_PutTake;

/** A put that loads and stores the word: A, taken in between, is there again. */
@JCStressTest
@JCStressMeta(SlotSet_PutTake.class)
@State
public class SlotSet_PutTakeByStore {
  private final Area area = Area.withKept("A");
  private final WeakenedSet set = new WeakenedSet(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void sorter(LLL_Result r) {
    meeting.await();
    set.putByStore("B");
    r.r1 = "put";
  }

  @Actor
  public void taker(LLL_Result r) {
    meeting.await();
    r.r2 = set.take();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = set.tell();
    area.giveBack();
  }
}
