package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * ABA: one thread pops once from the list A, B, C, and may sleep between its read of the head and
 * its CAS while another pops twice and pushes the first of the two.
 */
@JCStressTest
@Outcome(
    id = "B, AC, A",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper pops B after the other popped A and before that pops C; A is pushed.")
@Outcome(
    id = "A, BC, B",
    expect = Expect.ACCEPTABLE,
    desc =
        "The sleeper pops A before the other popped anything; the other pops B and C and pushes B.")
@Outcome(
    id = "C, AB, A",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper pops C after the other popped A and B and before that pushes A.")
@Outcome(
    id = "A, AB, C",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper reads the head after A was pushed above C, and pops A.")
@Outcome(
    id = "lost, AB, AC",
    expect = Expect.ACCEPTABLE,
    desc =
        "The sleeper read the head before one of the other's steps and comes to its CAS after it:"
            + " the head is another, by its slot or by its counter.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The sleeper took a head with A on top for the one it had read and put A's old link, the"
            + " live B, on top.")
@State
public class SharedWords_PopAba {
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
    long first = pop();
    long second = pop();
    area.words().push(first, area.slab(), Area.SIZE_CLASS);
    r.r2 = area.tell(first) + area.tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = area.tellFreed();
    area.giveBack();
  }

  private long pop() {
    long popped = SharedWords.LOST;
    while (popped == SharedWords.LOST) {
      popped = area.words().tryPop(area.slab(), Area.SIZE_CLASS);
    }
    return popped;
  }
}
