package org.smalloc4j.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/**
 * ABA: one thread acquires once from the list A, B, C, and may sleep between its read of the head
 * and its CAS while another acquires twice and releases the first of the two.
 */
@JCStressTest
@Outcome(
    id = "B, AC, A",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper gets B after the other got A and before that gets C; A is released.")
@Outcome(
    id = "A, BC, B",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper gets A first; the other gets B and C and releases B.")
@Outcome(
    id = "C, AB, A",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper gets C after the other got A and B and before that releases A.")
@Outcome(
    id = "A, AB, C",
    expect = Expect.ACCEPTABLE,
    desc = "The sleeper gets A after the other released it.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The sleeper took a head with A on top for the one it had read: the live B is free.")
@State
public class BlockPool_AcquireAba {
  private final Letters letters = Letters.free();
  private final Meeting meeting = new Meeting();

  @Actor
  public void sleeper(LLL_Result r) {
    meeting.await();
    r.r1 = letters.tell(letters.pool().acquire());
  }

  @Actor
  public void other(LLL_Result r) {
    meeting.await();
    long first = letters.pool().acquire();
    long second = letters.pool().acquire();
    letters.pool().release(first);
    r.r2 = letters.tell(first) + letters.tell(second);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = letters.tellFree();
  }
}
