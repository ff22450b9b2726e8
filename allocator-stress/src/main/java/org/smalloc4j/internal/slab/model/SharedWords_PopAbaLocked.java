package org.smalloc4j.internal.slab.model;

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
 * One thread pops once from the list A, B, C while another pops twice and pushes the first. Under a
 * lock.
 */
@JCStressTest
@JCStressMeta(SharedWords_PopAba.class)
@State
public class SharedWords_PopAbaLocked {
  private final Area area = Area.withFreed("ABC");
  private final LockedWords words = new LockedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void sleeper(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(words.pop());
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    long first = words.pop();
    long second = words.pop();
    words.push(first);
    r.r2 = area.tell(first) + area.tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
