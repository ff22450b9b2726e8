package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;

/**
 * One thread writes into its block A and frees it while another allocates, reads what the previous
 * owner left and writes; the list is B, C, D.
 */
@JCStressTest
@Outcome(
    id = "A, old, new",
    expect = Expect.ACCEPTABLE,
    desc = "The next owner sees what its previous owner wrote last, and nobody writes after it.")
@Outcome(id = "B, none, old", expect = Expect.ACCEPTABLE, desc = "A was not free yet.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc =
        "The new owner saw contents from before the previous owner's last write, or a write of the"
            + " previous owner landed after its free.")
@State
public class SpinLockSlabAllocator_FreeMalloc {
  private final FourSlots slots = new FourSlots();
  private final long block = slots.malloc();
  private final Meeting meeting = new Meeting();

  {
    FourSlots.setContents(block, Contents.OLDER);
  }

  @Actor
  public void freeing() {
    meeting.await();
    FourSlots.setContents(block, Contents.OLD);
    slots.free(block);
  }

  @Actor
  public void nextOwner(LLL_Result r) {
    meeting.await();
    long next = slots.malloc();
    r.r1 = FourSlots.tell(next);
    r.r2 = "none";
    if (next == block) {
      r.r2 = Contents.tell(FourSlots.contents(next));
      FourSlots.setContents(next, Contents.NEW);
    }
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = Contents.tell(FourSlots.contents(block));
    slots.giveBack();
  }
}
