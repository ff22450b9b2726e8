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
import org.smalloc4j.internal.slab.Trim_TickAllocate;

/** A tick that looks at the kept slots, clears them, and takes them only then. */
@JCStressTest
@JCStressMeta(Trim_TickAllocate.class)
@State
public class Trim_TickAllocateByStore {
  private final Area area = Area.withKept("AB");
  private final WeakenedSet set = new WeakenedSet(area);
  private final Meeting meeting = new Meeting();
  private char letter = 'A';

  {
    area.setContents('A', Contents.OLD);
    area.setContents('B', Contents.OLD);
  }

  @Actor
  public void ticker() {
    meeting.await();
    if (set.tell().equals("AB")) {
      Window.open();
      RawMemory.zero(area.slot('A'), area.slot('C') - area.slot('A'));
      set.takeAllByStore();
    }
  }

  @Actor
  public void allocator(LLL_Result r) {
    meeting.await();
    String taken = set.take();
    boolean isKept = !taken.equals("none");
    letter = isKept ? taken.charAt(0) : 'C';
    r.r1 = isKept ? taken : "C zero";
    area.setContents(letter, Contents.NEW);
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r2 = Contents.tell(area.contents(letter));
    r.r3 = set.tell().equals("-") ? "- purged AB of 3" : "- kept " + set.tell() + " of 2";
    area.giveBack();
  }
}
