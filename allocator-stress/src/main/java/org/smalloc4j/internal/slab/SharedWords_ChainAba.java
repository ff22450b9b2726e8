package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * ABA by a chain: one thread pops once from the list A, B, C, and may sleep between its read of the
 * head and its CAS while another takes all and pushes A alone, as a chain.
 */
@JCStressTest
@Outcome(
    id = "A, BC, B",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper pops A; the other takes B, C and pushes B.")
@Outcome(
    id = "none, ABC, A",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper finds the list empty after the other took all.")
@Outcome(
    id = "A, ABC, -",
    expect = Expect.ACCEPTABLE,
    desc = "The other pushes A again; the sleeper reads the head after that and pops A.")
@Outcome(
    id = "lost, ABC, A",
    expect = Expect.ACCEPTABLE,
    desc =
        "The sleeper read the head before the other took all and comes to its CAS after it: the"
            + " list is empty, or the counter another.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The sleeper took a head with A on top for the one it had read and put the live B on top.")
@State
public class SharedWords_ChainAba {
  private final Area area = Area.withFreed("ABC");
  private final Meeting meeting = new Meeting();

  @Actor
  public void sleeper(LLL_Result r) {
    meeting.await();
    r.r1 = area.tell(area.words().tryPop(area.slab(), Area.SIZE_CLASS));
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    int first = area.takeAll();
    r.r2 = area.tellChain(first);
    area.words().pushChain(first, area.address(first), 1, area.slab(), Area.SIZE_CLASS);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }
}
