package org.smalloc4j.internal.slab;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * One thread writes into its block A, link bytes and others, and frees it while another pops, reads
 * what the previous owner left and writes; the list is B.
 */
@JCStressTest
@Outcome(
    id = "A, old, new",
    expect = Expect.ACCEPTABLE,
    desc =
        "The block is freed; the next owner sees what its previous owner wrote last, and nobody"
            + " writes after it.")
@Outcome(
    id = "B, none, old",
    expect = Expect.ACCEPTABLE,
    desc = "The next owner gets another block: A was not free yet, or only now.")
@Outcome(
    id = "lost, none, old",
    expect = Expect.ACCEPTABLE,
    desc = "The free of A replaced the head that the other had read.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The new owner saw contents from before the previous owner's last write, or a write of the"
            + " previous owner landed after its free.")
@State
public class SharedWords_FreedContents {
  private final Area area = Area.withFreed("B");
  private final Meeting meeting = new Meeting();

  {
    RawMemory.storeLinkPlain(area.slot('A') + Long.BYTES, Contents.OLDER);
    RawMemory.storeLinkPlain(area.slot('B') + Long.BYTES, Contents.OLDER);
  }

  @Actor
  public void freeing() {
    meeting.await();
    long block = area.slot('A');
    RawMemory.storeLinkPlain(block, Contents.OLD);
    RawMemory.storeLinkPlain(block + Long.BYTES, Contents.OLD);
    area.words().push(block, area.slab(), Area.SIZE_CLASS);
  }

  @Actor
  public void nextOwner(LLL_Result r) {
    meeting.await();
    long popped = area.words().tryPop(area.slab(), Area.SIZE_CLASS);
    r.r1 = area.tell(popped);
    r.r2 = "none";
    if (popped == area.slot('A')) {
      r.r2 = Contents.tell(RawMemory.loadLinkPlain(popped + Long.BYTES));
      RawMemory.storeLinkPlain(popped, Contents.NEW);
      RawMemory.storeLinkPlain(popped + Long.BYTES, Contents.NEW);
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = Contents.tell(RawMemory.loadLinkPlain(area.slot('A') + Long.BYTES));
    area.giveBack();
  }
}
