package org.smalloc4j.internal.slab.control;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.smalloc4j.SharedHeapArena_AllocateClose;
import org.smalloc4j.internal.slab.Meeting;

/**
 * An arena that looks whether it is closed and then pushes, to a stack that close empties but does
 * not close: a block pushed after that is never freed.
 */
@JCStressTest
@JCStressMeta(SharedHeapArena_AllocateClose.class)
@State
public class SharedHeapArena_AllocateCloseUnsealed {
  /** How many blocks are on the stack; which, does not matter. */
  private final AtomicLong stack = new AtomicLong();

  private final AtomicLong live = new AtomicLong();
  private final Meeting meeting = new Meeting();
  private volatile boolean closed;

  @Actor
  public void allocate(JJ_Result r) {
    meeting.await();
    if (closed) {
      return;
    }
    live.getAndIncrement();
    Window.open();
    stack.getAndIncrement();
    r.r1 = 1;
  }

  @Actor
  public void close() {
    meeting.await();
    closed = true;
    live.getAndAdd(-stack.getAndSet(0));
  }

  @Arbiter
  public void atRest(JJ_Result r) {
    r.r2 = live.get();
  }
}
