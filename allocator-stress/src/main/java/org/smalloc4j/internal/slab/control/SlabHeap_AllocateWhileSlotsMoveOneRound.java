package org.smalloc4j.internal.slab.control;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Meeting;
import org.smalloc4j.internal.slab.SlabHeap_AllocateWhileSlotsMove;

/**
 * An allocator that looks at every slab once and not at the push counters: the free slot was always
 * where it did not look. Two areas stand for the slabs.
 */
@JCStressTest
@JCStressMeta(SlabHeap_AllocateWhileSlotsMove.class)
@State
public class SlabHeap_AllocateWhileSlotsMoveOneRound {
  private final Area slab21 = Area.withFreed("");
  private final Area slab42 = Area.withFreed("A");
  private final WeakenedWords words21 = new WeakenedWords(slab21);
  private final WeakenedWords words42 = new WeakenedWords(slab42);
  private final Meeting meeting = new Meeting();

  @Actor
  public void mover(LL_Result r) {
    meeting.await();
    words21.push(slab21.slot('A'));
    r.r1 = tell("slab 42", words42.pop());
  }

  @Actor
  public void allocator(LL_Result r) {
    meeting.await();
    long popped = words21.popUnlessEmpty();
    Window.open();
    r.r2 =
        popped > WeakenedWords.NONE
            ? tell("slab 21", popped)
            : tell("slab 42", words42.popUnlessEmpty());
  }

  private static String tell(String slab, long popped) {
    if (popped == WeakenedWords.NONE) {
      return "none";
    }
    return popped == WeakenedWords.LOST ? "lost" : slab;
  }

  @Arbiter
  public void atRest(LL_Result r) {
    slab21.giveBack();
    slab42.giveBack();
  }
}
