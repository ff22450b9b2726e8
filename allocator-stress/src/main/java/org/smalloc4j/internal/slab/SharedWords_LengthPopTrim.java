package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A thread pops once from the list A, B, C of an owned slab. Meanwhile a trim takes it and gives it
 * back, and before that has counted what it took, the owner takes the list.
 */
@JCStressTest
@Outcome(
    id = "enough, exact",
    expect = Expect.ACCEPTABLE,
    desc = "The owner's number is that of its slots or more; with the list's length it is exact.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The owner has more slots than its number says, and takes its list for a cycle.")
@State
public class SharedWords_LengthPopTrim {
  private final Area area = Area.withFreed("ABC");
  private final Meeting meeting = new Meeting();
  private long owned;

  @Actor
  public void popper() {
    meeting.await();
    area.ownedWords().tryPop(area.slab(), Area.SIZE_CLASS);
  }

  @Actor
  public void trimmerAndOwner(LL_Result r) {
    meeting.await();
    long list = area.takeAllOwned();
    int slots = area.giveBackOwned(list);
    owned = area.takeAllOwned();
    area.countRemoved(Area.number(owned));
    area.countRemoved(slots);
    r.r1 = area.tellNumber(owned);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = area.tellSum(owned);
    area.giveBack();
  }
}
