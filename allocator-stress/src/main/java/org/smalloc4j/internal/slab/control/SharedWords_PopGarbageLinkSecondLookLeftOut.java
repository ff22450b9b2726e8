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
import org.smalloc4j.internal.slab.SharedWords_PopGarbageLink;

/** A pop that takes a link beyond the frontier for corrupt at once: it was user data. */
@JCStressTest
@JCStressMeta(SharedWords_PopGarbageLink.class)
@State
public class SharedWords_PopGarbageLinkSecondLookLeftOut {
  private final Area area = Area.withFreed("AB");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    try {
      r.r1 = area.tell(words.popWithoutSecondLook());
    } catch (IllegalStateException e) {
      r.r1 = "taken for corrupt";
    }
  }

  @Actor
  public void owner(LLL_Result r) {
    meeting.await();
    long popped = words.pop();
    if (popped > WeakenedWords.NONE) {
      RawMemory.storeLinkPlain(popped, -1);
    }
    r.r2 = area.tell(popped);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
