package org.smalloc4j.internal.slab.control;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As Annex_GiveGive, with a store in place of the CAS. */
@JCStressTest
@Outcome(id = "20, 20", expect = Expect.ACCEPTABLE, desc = "The first one's class got it.")
@Outcome(id = "21, 21", expect = Expect.ACCEPTABLE, desc = "The second one's class got it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both classes use the slab.")
@State
public class Annex_GiveGiveByStore {
  private final AtomicIntegerArray classes = new AtomicIntegerArray(1);

  private int give(int sizeClass) {
    if (classes.get(0) == 0) {
      classes.set(0, sizeClass);
    }
    return classes.get(0);
  }

  @Actor
  public void first(II_Result r) {
    r.r1 = give(20);
  }

  @Actor
  public void second(II_Result r) {
    r.r2 = give(21);
  }
}
