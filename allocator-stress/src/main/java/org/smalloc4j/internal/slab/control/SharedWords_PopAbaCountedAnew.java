package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_PopAba;

/**
 * A pop that reads the counter anew for its CAS: the sleeper's meets the same top and puts the live
 * B on the list.
 */
@JCStressTest
@JCStressMeta(SharedWords_PopAba.class)
@State
public class SharedWords_PopAbaCountedAnew {
  private final Area area = Area.withFreed("ABC");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void sleeper(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.popCountedAnew());
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    long first = words.popUnlessEmpty();
    long second = words.popUnlessEmpty();
    words.push(first);
    r.r2 = area.tell(first) + area.tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
