package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SlabsInUse_ClaimLook;

/** A slab that is noted when its slot is free already. */
@JCStressTest
@JCStressMeta(SlabsInUse_ClaimLook.class)
@State
public class SlabsInUse_ClaimLookNotedLate {
  private final Area area = Area.untouched();
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private volatile boolean isNoted;

  @Actor
  public void claimer(LL_Result r) {
    meeting.await();
    words.push(words.claim());
    Window.open();
    isNoted = true;
    r.r1 = "freed";
  }

  @Actor
  public void looker(LL_Result r) {
    meeting.await();
    boolean isEmpty = (int) RawMemory.loadAcquire(area.headWord()) == 0;
    r.r2 = isEmpty ? "empty" : isNoted ? "found" : "missed";
  }

  @Arbiter
  public void atRest(LL_Result r) {
    area.giveBack();
  }
}
