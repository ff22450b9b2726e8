package org.smalloc4j.internal.slab.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_TakeAllPop;

/** One thread takes the list A, B while another pops. Under a lock. */
@JCStressTest
@JCStressMeta(SharedWords_TakeAllPop.class)
@State
public class SharedWords_TakeAllPopLocked {
  private final Area area = Area.withFreed("AB");
  private final LockedWords words = new LockedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.pop());
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
