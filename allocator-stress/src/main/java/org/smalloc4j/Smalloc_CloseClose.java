package org.smalloc4j;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.slab.Meeting;

/** Two threads close the same heap, whose system counts the releases and keeps the addresses. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "One releases the region, the other nothing.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "The region was never released, or twice: by then its addresses can be another's.")
@State
public class Smalloc_CloseClose {
  private final CountingReleases os = new CountingReleases();
  private final Smalloc heap = new SmallocBuilder().regionBits(28).virtualMemory(os).build();
  private final Meeting meeting = new Meeting();

  @Actor
  public void first() {
    meeting.await();
    heap.close();
  }

  @Actor
  public void second() {
    meeting.await();
    heap.close();
  }

  @Arbiter
  public void atRest(I_Result r) {
    r.r1 = os.releases.get();
  }

  private static final class CountingReleases implements VirtualMemory {
    private final AtomicInteger releases = new AtomicInteger();

    @Override
    public long reserve(long hint, long byteSize) {
      return hint == 0 ? byteSize : hint; // aligned to its size; nobody touches it
    }

    @Override
    public boolean advise(long address, long byteSize, Advice advice) {
      return true;
    }

    @Override
    public long discard(long address, long byteSize) throws OsException {
      throw new AssertionError("nothing was ever touched");
    }

    @Override
    public void release(long address, long byteSize) {
      releases.incrementAndGet();
    }

    @Override
    public long osPageBytes() {
      return 4096;
    }
  }
}
