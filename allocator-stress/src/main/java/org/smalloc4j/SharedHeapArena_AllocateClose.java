package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.smalloc4j.internal.slab.Meeting;

/**
 * A thread allocates from an arena of all threads while another closes it: the block is the
 * arena's, which frees it, or its allocation is refused; never both, never neither. Over an arena
 * without the JDK's handshake, which would take most of the time.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Allocated before the close.")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Refused: closed.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A block was pushed to the arena after it was emptied, or was freed twice.")
@State
public class SharedHeapArena_AllocateClose {
  private static final Smalloc HEAP = Smalloc.builder().regionBits(40).ownedSlabs(false).build();

  /**
   * Blocks live on a heap that all states share cannot be counted: each has a counter of its own.
   */
  private final CountedBlocks blocks = new CountedBlocks(HEAP);

  private final HeapArena arena = blocks.uncheckedSharedArena();
  private final Meeting meeting = new Meeting();

  /** Makes the arena use its lock-free way from here on. */
  public SharedHeapArena_AllocateClose() {
    for (int i = 0; i <= 8; i++) {
      arena.allocate(8, 8);
    }
  }

  @Actor
  public void allocate(JJ_Result r) {
    meeting.await();
    try {
      MemorySegment segment = arena.allocate(8, 8);
      r.r1 = segment.byteSize() == 8 ? 1 : -1;
    } catch (IllegalStateException closed) {
      r.r1 = 0;
    }
  }

  @Actor
  public void close() {
    meeting.await();
    arena.close();
  }

  @Arbiter
  public void atRest(JJ_Result r) {
    r.r2 = blocks.live();
  }
}
