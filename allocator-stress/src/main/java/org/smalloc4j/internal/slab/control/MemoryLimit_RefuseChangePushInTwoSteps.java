package org.smalloc4j.internal.slab.control;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.MemoryLimit_RefuseChangePush;

/** A change that ends the watch and is counted in two steps: a watch that begins before is over. */
@JCStressTest
@JCStressMeta(MemoryLimit_RefuseChangePush.class)
@State
public class MemoryLimit_RefuseChangePushInTwoSteps {
  private static final long NO_REFUSAL = -1;

  private final Area area = Area.withFreed("");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private final AtomicLong changes = new AtomicLong();
  private volatile boolean isWatched = true;
  private volatile long refusal = NO_REFUSAL;

  private void noteChange() {
    if (isWatched) {
      Window.open();
      isWatched = false;
      changes.incrementAndGet();
    }
  }

  @Actor
  public void refused(LL_Result r) {
    meeting.await();
    isWatched = true;
    Window.open();
    long watch = changes.get();
    long taken = words.popUnlessEmpty();
    refusal = taken == WeakenedWords.NONE ? watch : NO_REFUSAL;
    r.r1 = area.tell(taken);
  }

  @Actor
  public void pusher() {
    meeting.await();
    noteChange();
    words.push(area.slot('A'));
    noteChange();
  }

  @Arbiter
  public void atRest(LL_Result r) {
    if (area.tellFreed().equals("A")) {
      r.r2 = refusal == changes.get() ? "refused" : "looks again";
    } else {
      r.r2 = "found";
    }
    area.giveBack();
  }
}
