package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_PopPop;

/** Pops that store the head they computed: both get A. */
@JCStressTest
@JCStressMeta(SharedWords_PopPop.class)
@State
public class SharedWords_PopPopByStore {
  private final Area area = Area.withFreed("ABC");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.popByStore());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.popByStore());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
