package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunQueueTest {

  @Test
  void theSecondColumnIsWhatAThreadHasWaited() {
    assertEquals(41, RunQueue.of("1234567 41 9\n"));
  }

  @Test
  void whatIsSomethingElseIsNoWait() {
    assertEquals(0, RunQueue.of(""));
    assertEquals(0, RunQueue.of("1 2"));
  }

  @Test
  void ofMoreThreadsThanCpusSomeWait() throws InterruptedException {
    if (!Files.exists(Path.of("/proc/thread-self/schedstat"))) {
      assertEquals(0, RunQueue.waitedNanos());
      return;
    }
    var waited = new CountDownLatch(1);
    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
      Thread.ofPlatform().daemon().start(() -> spinUntilOneHas(waited));
    }
    assertTrue(waited.await(2, TimeUnit.MINUTES));
  }

  private static void spinUntilOneHas(CountDownLatch waited) {
    long before = RunQueue.waitedNanos();
    while (waited.getCount() > 0) {
      long now = RunQueue.waitedNanos();
      assertTrue(now >= before);
      if (now - before > 1_000_000) {
        waited.countDown();
      }
    }
  }
}
