package org.smalloc4j.classic.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.classic.FourSlots;
import org.smalloc4j.classic.SpinLockSlabAllocator_FreeMalloc;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Contents;
import org.smalloc4j.internal.slab.Meeting;

/**
 * A free before the last write, as an unlock without release could let it come: the write hits the
 * next owner's block.
 */
@JCStressTest
@JCStressMeta(SpinLockSlabAllocator_FreeMalloc.class)
@State
public class SpinLockSlabAllocator_FreeMallocWrittenLate {
  private final FourSlots slots = new FourSlots();
  private final long block = slots.malloc();
  private final Meeting meeting = new Meeting();

  {
    FourSlots.setContents(block, Contents.OLDER);
  }

  @Actor
  public void freeing() {
    meeting.await();
    slots.free(block);
    WeakLock.window();
    RawMemory.storeLinkPlain(block + Long.BYTES, Contents.OLD);
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
