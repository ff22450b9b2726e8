package org.smalloc4j.classic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads free one block of a page allocator. */
@JCStressTest
@Outcome(
    id = {"freed, refused, 1 munmap", "refused, freed, 1 munmap"},
    expect = Expect.ACCEPTABLE,
    desc = "One of them frees it, the other is told.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Both unmap it, the second what may be another's by then; or nobody does.")
@State
public class Mappings_UnmapUnmap {
  private final StressMemory memory = new StressMemory();
  private final Mappings mappings = new Mappings(memory);
  private final Meeting meeting = new Meeting();
  private final long block;

  public Mappings_UnmapUnmap() {
    try {
      block = mappings.map(1, 1);
    } catch (OsException refused) {
      throw new IllegalStateException(refused);
    }
  }

  private String free() {
    try {
      mappings.unmap(block, mappings.checkedBytes(block));
      return "freed";
    } catch (IllegalStateException doubleFree) {
      return "refused";
    }
  }

  @Actor
  public void first(LLL_Result r) {
    meeting.await();
    r.r1 = free();
  }

  @Actor
  public void second(LLL_Result r) {
    meeting.await();
    r.r2 = free();
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = memory.released() == 1 ? "1 munmap" : memory.released() + " munmaps";
    StressMemory.recycle(block);
  }
}
