package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;

/** A heap with a clock that is closed, during a tick and between two. */
class SmallocTickCloseTest {
  private static final Duration NEVER = Duration.ofDays(10_000);

  /** The system, which takes its time for the first stretch that is given back. */
  private static final class SlowMemory extends ForwardingMemory {
    private final CountDownLatch isDiscarding = new CountDownLatch(1);
    private final CountDownLatch mayDiscard = new CountDownLatch(1);
    private final AtomicBoolean isReleased = new AtomicBoolean();
    private boolean isRefusing;

    @Override
    public long discard(long address, long byteSize) throws OsException {
      isDiscarding.countDown();
      try {
        mayDiscard.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (isReleased.get()) {
        throw new AssertionError("the region is released already");
      }
      return super.discard(address, byteSize);
    }

    @Override
    public void release(long address, long byteSize) throws OsException {
      if (isRefusing) {
        throw new OsException("munmap", 12);
      }
      isReleased.set(true);
      super.release(address, byteSize);
    }
  }

  private static Smalloc heapIn(SlowMemory memory) {
    Smalloc heap =
        new SmallocBuilder()
            .virtualMemory(memory)
            .regionBits(28)
            .ownedSlabs(false)
            .trimEvery(NEVER)
            .build();
    memory.isReleased.set(false); // what alignment takes was, perhaps
    return heap;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itWaitsForATickUnderWay(boolean now) throws Exception {
    SlowMemory memory = new SlowMemory();
    Smalloc heap = heapIn(memory);
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      blocks.add(heap.malloc(4096));
    }
    blocks.forEach(heap::free);
    assertTrue(heap.tick());
    FutureTask<Boolean> tick = new FutureTask<>(heap::tick);
    Thread.ofPlatform().start(tick);
    memory.isDiscarding.await();
    Consumer<Smalloc> close = now ? Smalloc::closeNow : Smalloc::close;
    Thread closing = Thread.ofPlatform().start(() -> close.accept(heap));
    while (closing.getState() != Thread.State.BLOCKED) {
      assertTrue(closing.isAlive(), "closed in the middle of a tick");
      Thread.onSpinWait();
    }
    assertFalse(memory.isReleased.get());
    memory.mayDiscard.countDown();
    assertTrue(tick.get());
    closing.join();
    assertTrue(memory.isReleased.get());
    assertFalse(heap.tick());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatIsRefusedLetsTheClockGoOn(boolean isOpen) throws InterruptedException {
    SlowMemory memory = new SlowMemory();
    memory.mayDiscard.countDown();
    Smalloc heap = heapIn(memory);
    Thread ticker = Objects.requireNonNull(heap.ticker());
    memory.isRefusing = !isOpen;
    try (Arena arena = isOpen ? heap.sharedArena() : Arena.ofConfined()) {
      assertNotNull(arena);
      assertThrows(IllegalStateException.class, heap::close);
      assertTrue(heap.tick());
      assertFalse(ticker.join(Duration.ofMillis(1)), "the clock goes on");
    }
    memory.isRefusing = false;
    heap.close();
    assertTrue(ticker.join(Duration.ofMinutes(1)), "the thread ends");
    assertFalse(heap.tick());
  }
}
