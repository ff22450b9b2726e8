package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;

/**
 * One thread writes into its slot A and frees it while another one of the same cache takes a slot,
 * reads what the previous owner left and writes; the list is B.
 */
@JCStressTest
@Outcome(
    id = "A, old, new",
    expect = Expect.ACCEPTABLE,
    desc =
        "The slot is freed; the next owner sees what its previous owner wrote last, and nobody"
            + " writes after it.")
@Outcome(
    id = "B, none, old",
    expect = Expect.ACCEPTABLE,
    desc = "The next owner gets another slot: A was not free yet.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The new owner saw contents from before the previous owner's last write, or a write of the"
            + " previous owner landed after its free.")
@State
public class BinCache_FreedContents {
  private final OneBin bin = new OneBin();
  private final BinCache cache = bin.cache("AB");
  private final Meeting meeting = new Meeting();

  {
    RawMemory.storeLinkPlain(bin.slot('A') + Long.BYTES, Contents.OLDER);
    bin.put(cache, 'B');
  }

  @Actor
  public void freeing() {
    meeting.await();
    RawMemory.storeLinkPlain(bin.slot('A') + Long.BYTES, Contents.OLD);
    bin.put(cache, 'A');
  }

  @Actor
  public void nextOwner(LLL_Result r) {
    meeting.await();
    r.r1 = bin.take(cache);
    r.r2 = "none";
    if (r.r1.equals("A")) {
      r.r2 = Contents.tell(RawMemory.loadLinkPlain(bin.slot('A') + Long.BYTES));
      RawMemory.storeLinkPlain(bin.slot('A') + Long.BYTES, Contents.NEW);
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = Contents.tell(RawMemory.loadLinkPlain(bin.slot('A') + Long.BYTES));
    bin.countAndRecycle();
  }
}
