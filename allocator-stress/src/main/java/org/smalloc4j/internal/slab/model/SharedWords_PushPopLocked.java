package org.smalloc4j.internal.slab.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_PushPop;

/** One thread pushes A while another pops from the list B. Under a lock. */
@JCStressTest
@JCStressMeta(SharedWords_PushPop.class)
@State
public class SharedWords_PushPopLocked {
  private final Area area = Area.withFreed("B");
  private final LockedWords words = new LockedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    words.push(area.slot('A'));
    r.r1 = "pushed";
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.pop());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
