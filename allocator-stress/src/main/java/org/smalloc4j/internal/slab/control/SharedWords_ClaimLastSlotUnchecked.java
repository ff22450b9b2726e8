package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_ClaimLastSlot;

/**
 * Claims that do not look for the end again after a lost race: one gets a slot of the next area.
 */
@JCStressTest
@JCStressMeta(SharedWords_ClaimLastSlot.class)
@State
public class SharedWords_ClaimLastSlotUnchecked {
  private final Area area = Area.withFrontier(true);
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.claimUnchecked());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.claimUnchecked());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    long frontier = RawMemory.loadAcquire(area.frontierWord());
    r.r3 = frontier == area.layout().slots(Area.SIZE_CLASS) ? "full" : "frontier " + frontier;
    area.giveBack();
  }
}
