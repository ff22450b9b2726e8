package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Crowd;

@Timeout(60)
class SpinLockTest {
  private final SpinLock lock = new SpinLock();
  private long counter; // guarded by lock

  @Test
  void onlyTheThreadThatHasTheLockHoldsIt() throws InterruptedException {
    assertFalse(lock.isHeldByCurrentThread());
    lock.lock();
    assertTrue(lock.isHeldByCurrentThread());
    AtomicBoolean heldElsewhere = new AtomicBoolean(true);
    Thread.ofPlatform().start(() -> heldElsewhere.set(lock.isHeldByCurrentThread())).join();
    assertFalse(heldElsewhere.get());
    lock.unlock();
    assertFalse(lock.isHeldByCurrentThread());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noAddUnderTheLockIsLost(boolean virtual) throws InterruptedException {
    int threads = 8;
    int adds = 50_000;
    new Crowd(1).run(threads, virtual ? Crowd.VIRTUAL : Crowd.PLATFORM, (_, _) -> add(adds));
    assertEquals((long) threads * adds, counter);
  }

  private void add(int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      counter++;
      lock.unlock();
    }
  }

  @Test
  void whoGetsTheLockAtOnceHasNotWaited() {
    add(1000);
    assertEquals(0, lock.waitNanos());
  }

  @Test
  void theWaitIsMeasuredFromTheCallToTheLock() throws InterruptedException {
    CountDownLatch calling = new CountDownLatch(1);
    lock.lock();
    Thread waiter =
        Thread.ofPlatform()
            .start(
                () -> {
                  calling.countDown();
                  add(1);
                });
    calling.await();
    while (waiter.getState() == Thread.State.RUNNABLE && !isInLock(waiter)) {
      Thread.onSpinWait();
    }
    long heldFrom = System.nanoTime();
    while (System.nanoTime() - heldFrom < 1_000_000) {
      Thread.onSpinWait();
    }
    assertEquals(0, lock.waitNanos(), "while it still waits");
    lock.unlock();
    waiter.join();
    assertTrue(lock.waitNanos() >= 1_000_000, () -> lock.waitNanos() + " ns");
    assertEquals(1, counter);
  }

  private static boolean isInLock(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getMethodName().equals("awaitLock")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void anUnlockByAThreadThatDoesNotHoldTheLockIsAnAssertion() {
    assertThrows(AssertionError.class, lock::unlock);
    lock.lock();
    assertThrows(AssertionError.class, lock::lock);
    lock.unlock();
  }
}
