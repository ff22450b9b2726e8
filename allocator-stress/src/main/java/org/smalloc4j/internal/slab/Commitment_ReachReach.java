package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** Two threads make the beginning of an area accessible, of a slab that is owned. */
@JCStressTest
@Outcome(
    id = "6, 1, 0",
    expect = Expect.ACCEPTABLE,
    desc = "The words, a stash of 3, free words, slots; as far as the second one wants.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Counted twice or not at all, or the end fell.")
@State
public class Commitment_ReachReach {
  private static final RegionLayout LAYOUT = new RegionLayout(1L << 44, 44);
  private static final int SLAB = 63;
  private static final int CLASS = 6;
  private static final long FEW_SLOTS = 1;
  private static final long MANY_SLOTS = 1 << 20;

  private final AtomicInteger calls = new AtomicInteger();
  private final Commitment commitment = commitment();

  private Commitment commitment() {
    try {
      return Commitment.of(new Counted(calls), LAYOUT, null);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }

  /** A system that grants what is not there, and counts. */
  private record Counted(AtomicInteger calls) implements VirtualMemory {
    @Override
    public long reserve(long hint, long byteSize) {
      return hint;
    }

    @Override
    public boolean commit(long address, long byteSize) {
      calls.incrementAndGet();
      return true;
    }

    @Override
    public boolean advise(long address, long byteSize, Advice advice) {
      return false;
    }

    @Override
    public long discard(long address, long byteSize) {
      return 0;
    }

    @Override
    public void release(long address, long byteSize) {}

    @Override
    public long osPageBytes() {
      return 4096;
    }
  }

  private boolean reach(long slots) {
    return commitment.reach(LAYOUT, SLAB, CLASS, slots, true);
  }

  @Actor
  public void first() {
    reach(FEW_SLOTS);
  }

  @Actor
  public void second() {
    reach(MANY_SLOTS);
  }

  @Arbiter
  public void atRest(III_Result r) {
    r.r1 = commitment.stretches();
    int before = calls.get();
    r.r2 = reach(MANY_SLOTS) ? 1 : 0;
    r.r3 = calls.get() - before;
  }
}
