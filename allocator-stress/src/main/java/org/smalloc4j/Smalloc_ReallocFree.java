package org.smalloc4j;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Meeting;

/**
 * A block outgrows an OS page, moves to a slot for growers and is written to, while another thread
 * writes to a grower and frees it: the slot that the first may come to. All states share a heap.
 */
@JCStressTest
@Outcome(
    id = "kept, freed, kept",
    expect = Expect.ACCEPTABLE,
    desc = "The block moved with its contents, to a slot that nobody else writes to.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "Contents were lost, or written by the previous owner of the slot after its free.")
@State
public class Smalloc_ReallocFree {
  private static final Smalloc HEAP = Smalloc.builder().name("stress").regionBits(40).build();
  private static final long SMALL = 64;
  private static final long GROWN = 8192;
  private static final long MINE = 0x600D_600D_600DL;
  private static final long OTHERS = 0xBAD_BAD_BADL;

  private final Meeting meeting = new Meeting();
  private final long grower = HEAP.realloc(HEAP.malloc(SMALL), GROWN);
  private long block = HEAP.malloc(SMALL);

  {
    write(block, SMALL, MINE);
  }

  private static void write(long address, long byteSize, long value) {
    MemorySegment segment = RawMemory.segment(address, byteSize);
    segment.set(JAVA_LONG_UNALIGNED, 0, value);
    segment.set(JAVA_LONG_UNALIGNED, byteSize - Long.BYTES, value);
  }

  private static String tell(long address, long offset) {
    long found = RawMemory.segment(address, GROWN).get(JAVA_LONG_UNALIGNED, offset);
    return found == MINE ? "kept" : "0x" + Long.toHexString(found);
  }

  @Actor
  public void growing(LLL_Result r) {
    meeting.await();
    block = HEAP.realloc(block, GROWN);
    r.r1 = tell(block, SMALL - Long.BYTES);
    write(block, GROWN, MINE);
  }

  @Actor
  public void freeing(LLL_Result r) {
    meeting.await();
    write(grower, GROWN, OTHERS);
    HEAP.free(grower);
    r.r2 = "freed";
  }

  @Arbiter
  public void atRest(LLL_Result r) {
    r.r3 = tell(block, 0).equals("kept") ? tell(block, GROWN - Long.BYTES) : tell(block, 0);
    HEAP.free(block);
  }
}
