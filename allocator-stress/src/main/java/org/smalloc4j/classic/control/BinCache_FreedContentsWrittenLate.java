package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.BinCache_FreedContents;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;

/**
 * A free before the last write, as an unlock without release could let it come: the write hits the
 * next owner's block.
 */
@JCStressTest
@JCStressMeta(BinCache_FreedContents.class)
@State
public class BinCache_FreedContentsWrittenLate {
  private static final int A = 1;

  private final WeakenedBins.Cache cache = new WeakenedBins.Cache(2);
  private final int[] contents = {0, Contents.OLDER, Contents.OLDER};
  private final Meeting meeting = new Meeting();

  {
    String live = cache.take(); // A; the list is B
    assert live.equals(WeakenedBins.tell(A));
  }

  @Actor
  public void freeing() {
    meeting.await();
    cache.put(A);
    WeakenedBins.window();
    contents[A] = Contents.OLD;
  }

  @Actor
  public void nextOwner(LLL_Result r) {
    meeting.await();
    r.r1 = cache.take();
    r.r2 = "none";
    if (r.r1.equals(WeakenedBins.tell(A))) {
      r.r2 = Contents.tell(contents[A]);
      contents[A] = Contents.NEW;
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = Contents.tell(contents[A]);
  }
}
