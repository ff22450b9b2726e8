package org.smalloc4j.pool;

import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** One thread closes a pool while another grows it. */
@JCStressTest
@Outcome(
    id = "closed, block, 0 chunks",
    expect = Expect.ACCEPTABLE,
    desc = "The acquire came first; close gave its chunk back.")
@Outcome(
    id = "closed, refused, 0 chunks",
    expect = Expect.ACCEPTABLE,
    desc = "The close came first, perhaps before the new chunk was in the table: it is gone too.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A chunk was left, or given back twice.")
@State
public class BlockPool_CloseGrow {
  private final Addresses addresses = new Addresses();
  private final BlockPool pool = BlockPool.of(addresses, ValueLayout.JAVA_LONG, 1);
  private final Meeting meeting = new Meeting();

  @Actor
  public void closer(LLL_Result r) {
    meeting.await();
    pool.close();
    r.r1 = "closed";
  }

  @Actor
  public void grower(LLL_Result r) {
    meeting.await();
    try {
      pool.acquire();
      r.r2 = "block";
    } catch (IllegalStateException closed) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = addresses.live() + " chunks";
  }
}
