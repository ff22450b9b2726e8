package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.Trim_TickFree;

/** A tick that sorts what was freed since the last one before it gives back what is kept. */
@JCStressTest
@JCStressMeta(Trim_TickFree.class)
@State
public class Trim_TickFreeAtOneLook {
  private final Area area = Area.withKept("A");
  private final WeakenedSet set = new WeakenedSet(area);
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private String gone = "";

  @Actor
  public void ticker() {
    meeting.await();
    int first = words.takeAll();
    if (first != 0) {
      set.put(area.tellChain(first));
    }
    if (set.tell().equals("AB")) {
      set.takeAllByStore();
      gone = " purged AB";
    }
  }

  @Actor
  public void freeing(LL_Result r) {
    meeting.await();
    words.push(area.slot('B'));
    r.r1 = "freed";
  }

  @Arbiter
  public void atRest(LL_Result r) {
    String kept = set.tell().equals("-") ? "" : " kept " + set.tell();
    r.r2 = area.tellFreed() + kept + gone + " of 2";
    area.giveBack();
  }
}
