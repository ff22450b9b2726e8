package org.smalloc4j.internal.slab.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_PushPush;

/** Two threads push A and B to the list C. Under a lock. */
@JCStressTest
@JCStressMeta(SharedWords_PushPush.class)
@State
public class SharedWords_PushPushLocked {
  private final Area area = Area.withFreed("C");
  private final LockedWords words = new LockedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    words.push(area.slot('A'));
    r.r1 = "pushed";
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    words.push(area.slot('B'));
    r.r2 = "pushed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
