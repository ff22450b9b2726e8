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
import org.smalloc4j.internal.slab.SharedWords_DropPush;

/** A damaged list that is dropped by a store: B, pushed meanwhile, goes with it. */
@JCStressTest
@JCStressMeta(SharedWords_DropPush.class)
@State
public class SharedWords_DropPushByStore {
  private final Area area = Area.withPushed("A");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  {
    RawMemory.storeLinkPlain(area.slot('A'), -1);
  }

  @Actor
  public void popper(LLL_Result r) {
    meeting.await();
    try {
      r.r1 = area.tell(words.popAndDropByStore());
    } catch (IllegalStateException e) {
      r.r1 = "damaged";
    }
  }

  @Actor
  public void pusher(LLL_Result r) {
    meeting.await();
    words.push(area.slot('B'));
    r.r2 = "pushed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
