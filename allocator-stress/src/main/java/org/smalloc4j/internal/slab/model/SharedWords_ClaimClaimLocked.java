package org.smalloc4j.internal.slab.model;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_ClaimClaim;

/** Two threads claim fresh slots. Under a lock. */
@JCStressTest
@JCStressMeta(SharedWords_ClaimClaim.class)
@State
public class SharedWords_ClaimClaimLocked {
  private final Area area = Area.withFrontier(false);
  private final LockedWords words = new LockedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.claim());
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = area.tell(words.claim());
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.handedOut();
    area.giveBack();
  }
}
