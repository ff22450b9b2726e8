package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.StressOwners;
import org.smalloc4j.internal.slab.Trim_TickAdopt;

/** A tick that sorts a stash without having taken the slab: a slot is taken and kept. */
@JCStressTest
@JCStressMeta(Trim_TickAdopt.class)
@State
public class Trim_TickAdoptUnowned {
  private final StressOwners stress = StressOwners.withFreed("AB");
  private final Meeting meeting = new Meeting();

  @Actor
  public void ticker() {
    meeting.await();
    stress.keepLate(Window::open);
  }

  @Actor
  public void adopter(LL_Result r) {
    meeting.await();
    r.r1 = stress.tell(stress.takeAsOwner());
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r2 = stress.tellFree();
    stress.giveBack();
  }
}
