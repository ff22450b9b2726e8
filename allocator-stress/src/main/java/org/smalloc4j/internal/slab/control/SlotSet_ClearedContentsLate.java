package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SlotSet_ClearedContents;

/** A put before the slot is clear, as a processor may order them that a weaker CAS lets. */
@JCStressTest
@JCStressMeta(SlotSet_ClearedContents.class)
@State
public class SlotSet_ClearedContentsLate {
  private final Area area = Area.withKept("");
  private final WeakenedSet set = new WeakenedSet(area);
  private final Meeting meeting = new Meeting();

  {
    area.setContents('A', Contents.OLD);
  }

  @Actor
  public void sorter() {
    meeting.await();
    set.put("A");
    Window.open();
    area.setContents('A', 0);
  }

  @Actor
  public void taker(LL_Result r) {
    meeting.await();
    String taken = set.take();
    r.r1 = taken;
    r.r2 = taken.equals("none") ? "-" : Contents.tell(area.contents('A'));
  }

  @Arbiter
  public void atRest(LL_Result r) {
    area.giveBack();
  }
}
