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
import org.smalloc4j.internal.slab.SlabHeap_TrimAllocate;
import org.smalloc4j.internal.slab.Words;

/**
 * A trim that stores the lowered frontier instead of comparing and swapping: a slot claimed
 * meanwhile is live and beyond the frontier.
 */
@JCStressTest
@JCStressMeta(SlabHeap_TrimAllocate.class)
@State
public class SlabHeap_TrimAllocateByStore {
  private final Area area = Area.withFreed("BA");
  private final WeakenedWords words = new WeakenedWords(area);
  private final Meeting meeting = new Meeting();
  private final long empty = RawMemory.loadAcquire(area.frontierWord()) - 4;
  private long address;
  private String kept = "";

  {
    Words.set(area.frontierWord(), empty + 2);
    RawMemory.storeLinkPlain(area.slot('C') + Integer.BYTES, 0);
  }

  @Actor
  public void trimmer() {
    meeting.await();
    int first = words.takeAll();
    String taken = area.tellChain(first);
    if (taken.length() < RawMemory.loadAcquire(area.frontierWord()) - empty) {
      kept = taken.equals("BA") ? " kept AB" : " kept A";
      return;
    }
    RawMemory.zero(area.slot('A'), area.slot('C') - area.slot('A'));
    Window.open();
    Words.set(area.frontierWord(), empty);
  }

  @Actor
  public void allocator(LLL_Result r) {
    meeting.await();
    long popped = words.pop();
    if (popped > WeakenedWords.NONE) {
      address = popped;
      r.r1 = area.tell(address);
    } else {
      address = words.claim();
      r.r1 =
          area.tell(address)
              + " "
              + Contents.tell(RawMemory.loadLinkPlain(address + Integer.BYTES));
    }
    RawMemory.storeLinkPlain(address + Integer.BYTES, Contents.NEW);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = Contents.tell(RawMemory.loadLinkPlain(address + Integer.BYTES));
    r.r3 = area.tellFreed() + kept + " of " + area.handedOut();
    area.giveBack();
  }
}
