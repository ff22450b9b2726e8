package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.AllocatorStats.SizeClassStats;

/** Figures make sense while others work, and nothing is "left" only where nothing is. */
@ExtendWith(OutOfMemoryFails.class)
class FiguresTest {
  private static final long LIMIT = 64 << 20;

  private static Smalloc limited() {
    return Smalloc.builder().maxBytes(LIMIT).build();
  }

  private static void assertSensible(AllocatorStats stats) {
    long liveBlocks = 0;
    long liveBytes = 0;
    for (SizeClassStats each : stats.sizeClasses()) {
      assertTrue(each.liveBlocks() >= 0 && each.freeBlocks() >= 0, stats::toString);
      liveBlocks += each.liveBlocks();
      liveBytes += each.liveBlocks() * each.slotBytes();
    }
    assertEquals(liveBlocks, stats.liveBlocks(), stats::toString);
    assertEquals(liveBytes, stats.liveBytes(), stats::toString);
    assertTrue(stats.liveBytes() <= stats.takenBytes(), stats::toString);
    assertTrue(stats.takenBytes() <= stats.limitBytes(), stats::toString);
  }

  static Stream<Arguments> kindsOfThreads() {
    List<IntFunction<Thread.Builder>> kinds = List.of(Crowd.PLATFORM, Crowd.VIRTUAL, Crowd.MIXED);
    return kinds.stream()
        .flatMap(kind -> Stream.of(Arguments.of(kind, true), Arguments.of(kind, false)));
  }

  @ParameterizedTest
  @MethodSource("kindsOfThreads")
  void areSensibleWhileOthersWork(IntFunction<Thread.Builder> kind, boolean isLimited)
      throws InterruptedException {
    try (Smalloc heap = isLimited ? limited() : Smalloc.create()) {
      Exchange exchange = new Exchange(heap, 2);
      AtomicInteger looks = new AtomicInteger();
      new Crowd(41)
          .runBeside(
              () -> {
                assertSensible(heap.stats());
                if (looks.incrementAndGet() % 50 == 0) {
                  heap.trim();
                }
              },
              3,
              kind,
              (_, random) -> {
                exchange.trade(30_000, random);
                long[] blocks = new long[3000];
                for (int round = 0; round < 10; round++) {
                  for (int i = 0; i < blocks.length; i++) {
                    blocks[i] = heap.malloc(16L << round % 4);
                  }
                  for (long block : blocks) {
                    heap.free(block);
                  }
                }
              });
      exchange.freeAll();
      assertSensible(heap.stats());
      assertEquals(0, heap.stats().liveBlocks());
      assertEquals(0, heap.stats().lostBlocks());
    }
  }

  @Test
  void aThousandBuffersThatGrewToFiveThousandBytesAreFewMebibytes() {
    try (Smalloc heap = Smalloc.create()) {
      for (int i = 0; i < 1000; i++) {
        heap.realloc(heap.malloc(100), 5000);
      }
      assertTrue(heap.stats().liveBytes() < 16 << 20, heap.stats()::toString);
      assertTrue(heap.stats().takenBytes() < 32 << 20, heap.stats()::toString);
    }
  }

  /** Asked while only a dead thread has free blocks, and one of the askers is at emptying it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blocksThatADeadThreadKeptAreFoundByAllWhoAskTogether(boolean isBesideTrim)
      throws InterruptedException {
    for (int round = 0; round < 100; round++) {
      try (Smalloc heap = Smalloc.builder().maxBytes(64 << 10).build()) {
        Thread owner =
            new Thread(
                () -> {
                  long[] blocks = new long[1024];
                  for (int i = 0; i < blocks.length; i++) {
                    blocks[i] = heap.malloc(64);
                  }
                  for (int i = 0; i < 1000; i++) {
                    heap.free(blocks[i]);
                  }
                });
        owner.start();
        owner.join();
        List<Thread> askers = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        // A platform thread may adopt all that there is, and keeps it then: so it comes alone.
        boolean areVirtual = round % 2 == 0;
        int count = areVirtual ? 3 : 1;
        CyclicBarrier together = new CyclicBarrier(isBesideTrim ? count + 1 : count);
        for (int i = 0; i < count; i++) {
          Runnable ask =
              () -> {
                try {
                  together.await();
                  heap.malloc(64);
                } catch (OutOfMemoryError e) {
                  refused.incrementAndGet();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              };
          Thread.Builder kind = areVirtual ? Thread.ofVirtual() : Thread.ofPlatform();
          askers.add(kind.start(ask));
        }
        if (isBesideTrim) {
          together.await();
          heap.trim();
        }
        for (Thread asker : askers) {
          asker.join();
        }
        assertEquals(0, refused.get(), "refused in round " + round);
        assertEquals(24 + count, heap.stats().liveBlocks());
      } catch (BrokenBarrierException e) {
        throw new AssertionError(e);
      }
    }
  }
}
