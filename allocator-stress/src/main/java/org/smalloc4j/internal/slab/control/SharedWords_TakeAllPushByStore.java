package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_TakeAllPush;

/** A take that stores an empty head: a slot pushed meanwhile is lost. */
@JCStressTest
@JCStressMeta(SharedWords_TakeAllPush.class)
@State
public class SharedWords_TakeAllPushByStore {
  private final Area area = Area.withFreed("BC");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    words.push(area.slot('A'));
    r.r1 = "pushed";
  }

  @Actor
  public void taker(LLL_Result r) {
    meeting.await();
    r.r2 = area.tellChain(words.takeAllByStore());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
