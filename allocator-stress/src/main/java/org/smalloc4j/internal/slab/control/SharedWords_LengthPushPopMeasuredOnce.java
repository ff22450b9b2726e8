package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_LengthPushPop;

/** A push that keeps the length of its first attempt: that of a list of which A was a part. */
@JCStressTest
@JCStressMeta(SharedWords_LengthPushPop.class)
@State
public class SharedWords_LengthPushPopMeasuredOnce {
  private final Area area = Area.withPushed("A");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    words.pushMeasuredOnce(area.slot('B'));
    r.r1 = "pushed";
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.pop());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreedAndLength();
    area.giveBack();
  }
}
