package org.smalloc4j.internal.slab.control;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.MemoryLimit_TakeLast;

/** A limit that loads and stores its count: two claims are granted where one more was allowed. */
@JCStressTest
@JCStressMeta(MemoryLimit_TakeLast.class)
@State
public class MemoryLimit_TakeLastByStore {
  private final Area area = Area.withFrontier(false);
  private final WeakenedWords words = new WeakenedWords(area);
  private final AtomicLong left = new AtomicLong(1);
  private final Meeting meeting = new Meeting();

  private long claim() {
    long before = left.get();
    if (before == 0) {
      return WeakenedWords.NONE;
    }
    Window.open();
    left.set(before - 1);
    return words.claim();
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(claim());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(claim());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = left.get() == 0 ? "none left" : "some left";
    area.giveBack();
  }
}
