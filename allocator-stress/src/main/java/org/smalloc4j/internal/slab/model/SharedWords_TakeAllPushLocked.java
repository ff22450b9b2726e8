package org.smalloc4j.internal.slab.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_TakeAllPush;

/** One thread takes the list B, C while another pushes A. Under a lock. */
@JCStressTest
@JCStressMeta(SharedWords_TakeAllPush.class)
@State
public class SharedWords_TakeAllPushLocked {
  private final Area area = Area.withFreed("BC");
  private final LockedWords words = new LockedWords(area);
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
    r.r2 = area.tellChain(words.takeAll());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
