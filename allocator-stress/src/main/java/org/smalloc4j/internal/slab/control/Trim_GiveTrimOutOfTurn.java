package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Trim_GiveTrim;

/**
 * An owner that gives what it keeps while a trim has the turn: one goes on with the other's slab.
 */
@JCStressTest
@JCStressMeta(Trim_GiveTrim.class)
@State
public class Trim_GiveTrimOutOfTurn {
  private final StressOwners stress = StressOwners.atWork();
  private final Meeting meeting = new Meeting();
  private volatile boolean isDamaged;

  @Actor
  public void owner() {
    meeting.await();
    Window.open();
    try {
      stress.giveOutOfTurn();
    } catch (IllegalStateException damage) {
      isDamaged = true;
    }
  }

  @Actor
  public void trimmer() {
    meeting.await();
    try {
      stress.trim();
    } catch (IllegalStateException damage) {
      isDamaged = true;
    }
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r1 = stress.tellFree();
    try {
      stress.give();
      stress.trim();
    } catch (IllegalStateException damage) {
      isDamaged = true;
    }
    r.r2 = isDamaged ? "damaged" : stress.tellGone();
    stress.giveBack();
  }
}
