package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads put the first two numbers of a map, into one leaf. */
@JCStressTest
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "Both are there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One was put into a leaf that is not in the tree.")
@State
public class OsPageMap_PutPut {
  private static final long OS_PAGE = 4096;
  private static final long ADDRESS = 0x7f00_0000_0000L;

  private final OsPageMap map = new OsPageMap(OS_PAGE);
  private final Meeting meeting = new Meeting();

  @Actor
  public void first() {
    meeting.await();
    map.put(ADDRESS, 1);
  }

  @Actor
  public void second() {
    meeting.await();
    map.put(ADDRESS + OS_PAGE, 2);
  }

  @Arbiter
  public void atRest(LL_Result r) {
    r.r1 = map.get(ADDRESS);
    r.r2 = map.get(ADDRESS + OS_PAGE);
  }
}
