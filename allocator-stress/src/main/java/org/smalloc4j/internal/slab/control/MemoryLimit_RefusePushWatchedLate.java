package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.MemoryLimit_RefusePush;

/** A refusal that watches for changes after its look: a push in between is not seen. */
@JCStressTest
@JCStressMeta(MemoryLimit_RefusePush.class)
@State
public class MemoryLimit_RefusePushWatchedLate {
  private final Area area = Area.withFreed("");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private volatile boolean isWatched;
  private volatile boolean isChanged;

  @Actor
  public void refused(LL_Result r) {
    meeting.await();
    long taken = words.popUnlessEmpty();
    Window.open();
    isWatched = true;
    r.r1 = area.tell(taken);
  }

  @Actor
  public void pusher() {
    meeting.await();
    words.push(area.slot('A'));
    if (isWatched) {
      isChanged = true;
    }
  }

  @Arbiter
  public void atRest(LL_Result r) {
    if (area.tellFreed().equals("A")) {
      r.r2 = isChanged ? "looks again" : "refused";
    } else {
      r.r2 = "found";
    }
    area.giveBack();
  }
}
