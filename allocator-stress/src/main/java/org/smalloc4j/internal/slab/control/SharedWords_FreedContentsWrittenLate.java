package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SharedWords_FreedContents;

/**
 * A free before the last write, as a CAS without release could let it come: the write hits the next
 * owner's block.
 */
@JCStressTest
@JCStressMeta(SharedWords_FreedContents.class)
@State
public class SharedWords_FreedContentsWrittenLate {
  private final Area area = Area.withFreed("B");

  {
    RawMemory.storeLinkPlain(area.slot('A') + Long.BYTES, Contents.OLDER);
  }

  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();

  @Actor
  public void freeing() {
    meeting.await();
    long block = area.slot('A');
    words.push(block);
    Window.open();
    RawMemory.storeLinkPlain(block + Long.BYTES, Contents.OLD);
  }

  @Actor
  public void nextOwner(LLL_Result r) {
    meeting.await();
    long popped = words.pop();
    r.r1 = area.tell(popped);
    r.r2 = "none";
    if (popped == area.slot('A')) {
      r.r2 = Contents.tell(RawMemory.loadLinkPlain(popped + Long.BYTES));
      RawMemory.storeLinkPlain(popped + Long.BYTES, Contents.NEW);
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = Contents.tell(RawMemory.loadLinkPlain(area.slot('A') + Long.BYTES));
    area.giveBack();
  }
}
