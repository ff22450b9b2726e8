package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads free the same slot A, the list is B: a double free, found by one of them. */
@JCStressTest
@Outcome(
    id = "pushed, double free, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The first pushes A; the second finds A on top, at once or after its CAS failed.")
@Outcome(
    id = "double free, pushed, AB",
    expect = Expect.ACCEPTABLE,
    desc = "The same with the threads exchanged.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The double free of the slot freed last went unnoticed, or both frees failed.")
@State
public class SharedWords_PushSameSlot {
  private final Area area = Area.withFreed("B");
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = free();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = free();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }

  private String free() {
    try {
      area.words().push(area.slot('A'), area.slab(), Area.SIZE_CLASS);
      return "pushed";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage()).startsWith("double free")
          ? "double free"
          : String.valueOf(e.getMessage());
    }
  }
}
