package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_LengthPopTrim;
import org.smalloc4j.internal.slab.Waits;

/**
 * A trim that counts what it takes before it knows how many they are, with a slot that is popped by
 * then and not counted yet.
 */
@JCStressTest
@JCStressMeta(SharedWords_LengthPopTrim.class)
@State
public class SharedWords_LengthPopTrimCountedEarly {
  private final Area area = Area.withFreed("ABC");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private volatile boolean popped;
  private volatile boolean taken;
  private volatile boolean counted;
  private long owned;

  @Actor
  public void popper() {
    meeting.await();
    words.popCountedAfter(
        () -> {
          popped = true;
          Waits.until(() -> taken);
        });
    counted = true;
  }

  @Actor
  public void trimmerAndOwner(LL_Result r) {
    meeting.await();
    Waits.until(() -> popped);
    long list = area.takeAllOwned();
    int number = area.countRemoved(Area.number(list));
    taken = true;
    Waits.until(() -> counted);
    int slots = area.giveBackOwned(list);
    owned = area.takeAllOwned();
    area.countRemoved(Area.number(owned));
    area.countRemoved(slots - number);
    r.r1 = area.tellNumber(owned);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = area.tellSum(owned);
    area.giveBack();
  }
}
