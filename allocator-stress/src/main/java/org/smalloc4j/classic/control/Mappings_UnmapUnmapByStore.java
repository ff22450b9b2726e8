package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.Mappings_UnmapUnmap;
import org.smalloc4j.internal.slab.Meeting;

/** A free that stores the entry of its block instead of comparing and swapping. */
@JCStressTest
@JCStressMeta(Mappings_UnmapUnmap.class)
@State
public class Mappings_UnmapUnmapByStore {
  private final WeakenedTable table = new WeakenedTable();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = table.freeByStore();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = table.freeByStore();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = table.tellUnmapped();
  }
}
