package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.smalloc4j.internal.address.RegionLayout;

/** Two threads give the same slab of an annex to a class each. */
@JCStressTest
@Outcome(id = "20, 20", expect = Expect.ACCEPTABLE, desc = "The first one's class got it.")
@Outcome(id = "21, 21", expect = Expect.ACCEPTABLE, desc = "The second one's class got it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both classes would use the slab, or none.")
@State
public class Annex_GiveGive {
  private static final RegionLayout LAYOUT = new RegionLayout(1L << 30, 30).annex();

  private final Annex annex =
      new Annex(new SharedWords(LAYOUT, new MemoryLimit(MemoryLimit.UNLIMITED)));

  @Actor
  public void first(II_Result r) {
    r.r1 = annex.give(0, 20);
  }

  @Actor
  public void second(II_Result r) {
    r.r2 = annex.give(0, 21);
  }
}
