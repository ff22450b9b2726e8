package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.classic.OsPageMap_PutPut;
import org.smalloc4j.internal.slab.Meeting;

/** A put that stores the leaf it has made instead of comparing and swapping. */
@JCStressTest
@JCStressMeta(OsPageMap_PutPut.class)
@State
public class OsPageMap_PutPutByStore {
  private final WeakenedTable table = new WeakenedTable();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first() {
    meeting.await();
    table.putByStore(0, 1);
  }

  @Actor
  public void second() {
    meeting.await();
    table.putByStore(1, 2);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r1 = table.get(0);
    r.r2 = table.get(1);
  }
}
