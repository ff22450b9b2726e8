package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** When the thread of a clock calls, and when it ends. */
class TicksTest {
  private static final long AT_ONCE = 1;
  private static final long NEVER = Duration.ofDays(10_000).toNanos();

  private static Ticks started(long nanos, BooleanSupplier action) {
    Ticks ticks = new Ticks("ticks", nanos, action);
    ticks.start();
    return ticks;
  }

  private static void join(Ticks ticks) throws InterruptedException {
    assertTrue(ticks.thread().join(Duration.ofMinutes(1)), "the thread ends");
  }

  @Test
  void callsGoOnUntilOneAnswersFalse() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    join(started(AT_ONCE, () -> calls.incrementAndGet() < 5));
    assertEquals(5, calls.get());
  }

  @Test
  void noCallBeginsAfterTheEnd() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      AtomicInteger calls = new AtomicInteger();
      CountDownLatch isCalled = new CountDownLatch(1);
      CountDownLatch isToldToEnd = new CountDownLatch(1);
      Ticks ticks =
          started(
              AT_ONCE,
              () -> {
                calls.incrementAndGet();
                isCalled.countDown();
                await(isToldToEnd);
                return true;
              });
      isCalled.await();
      ticks.end();
      isToldToEnd.countDown();
      join(ticks);
      assertEquals(1, calls.get());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEndInterruptsThePause() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Ticks ticks = started(NEVER, () -> calls.incrementAndGet() > 0);
    ticks.end();
    join(ticks);
    assertEquals(0, calls.get());
  }

  @Test
  void whatACallThrowsEndsTheThreadAndReachesNoHandler() throws InterruptedException {
    AtomicReference<Throwable> uncaught = new AtomicReference<>();
    Ticks ticks =
        new Ticks(
            "ticks",
            AT_ONCE,
            () -> {
              throw new OutOfMemoryError("planted");
            });
    ticks.thread().setUncaughtExceptionHandler((_, thrown) -> uncaught.set(thrown));
    ticks.start();
    join(ticks);
    assertNull(uncaught.get());
  }

  @Test
  void anInterruptEndsTheThreadAndReachesNoHandler() throws InterruptedException {
    AtomicReference<Throwable> uncaught = new AtomicReference<>();
    Ticks ticks = new Ticks("ticks", NEVER, () -> true);
    ticks.thread().setUncaughtExceptionHandler((_, thrown) -> uncaught.set(thrown));
    ticks.start();
    ticks.thread().interrupt();
    join(ticks);
    assertNull(uncaught.get());
  }

  @Test
  void whoBuildsTheHeapHandsDownNoPriority() {
    Thread builder = Thread.currentThread();
    int before = builder.getPriority();
    builder.setPriority(Thread.MIN_PRIORITY);
    try {
      Ticks ticks = new Ticks("ticks", NEVER, () -> true);
      assertEquals(Thread.NORM_PRIORITY, ticks.thread().getPriority());
    } finally {
      builder.setPriority(before);
    }
  }
}
