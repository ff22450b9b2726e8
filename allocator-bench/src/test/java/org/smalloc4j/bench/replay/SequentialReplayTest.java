package org.smalloc4j.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.RunQueue;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceFile;
import org.smalloc4j.bench.trace.TraceReader;

class SequentialReplayTest {

  @TempDir private Path directory;

  @Test
  void callsAreMadeInRecordedOrderAndSurvivorsFreed() throws IOException {
    var target = new ModelTarget();
    var file =
        new TraceFile()
            .malloc(0, 0, 24)
            .calloc(0, 1, 3)
            .realloc(0, 0, 4_000)
            .free(0, 1)
            .aligned(0, 2, 100, 6)
            .malloc(0, 3, 0)
            .free(0, 2);
    replay(file, target);
    assertEquals(
        List.of(
            "malloc 0",
            "calloc 1",
            "realloc 0",
            "free 1",
            "aligned 2",
            "malloc 3",
            "free 2",
            "free 0",
            "free 3"),
        target.calls);
    assertTrue(target.live.isEmpty());
  }

  @Test
  void contentsAreFollowedThroughReallocOfEverySize() throws IOException {
    long[] sizes = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 4_095, 4_096, 4_097, 10_000};
    var file = new TraceFile();
    int id = 0;
    for (long before : sizes) {
      for (long after : sizes) {
        file.malloc(0, id, before).realloc(0, id, after).free(0, id);
        id++;
      }
    }
    replay(file, new ModelTarget());
  }

  /** A block that is there when its thread has waited for a CPU, how long, and of what time. */
  private static final class WaitingTarget extends ModelTarget {
    private long waited;
    private long nanos;

    @Override
    public long malloc(int id, long byteSize) {
      long before = RunQueue.waitedNanos();
      long start = System.nanoTime();
      while (waited < 20_000_000) {
        nanos = System.nanoTime() - start;
        waited = RunQueue.waitedNanos() - before;
      }
      return super.malloc(id, byteSize);
    }
  }

  @Test
  void theWaitForACpuIsNotOfARoundsTime() throws IOException {
    if (!Files.exists(Path.of("/proc/thread-self/schedstat"))) {
      return; // nothing is known of it, and nothing is left out
    }
    var target = new WaitingTarget();
    var done = new AtomicBoolean();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                while (!done.get()) {
                  Thread.onSpinWait();
                }
              });
    }
    try (var replay = new SequentialReplay(read(new TraceFile().malloc(0, 0, 8)), target)) {
      long start = System.nanoTime();
      long nanos = replay.round(0, null);
      long all = System.nanoTime() - start;
      assertTrue(nanos <= all - target.waited, nanos + " of " + all + ", " + target.waited);
      assertTrue(nanos >= target.nanos - target.waited, nanos + " of " + target.nanos);
    } finally {
      done.set(true);
    }
  }

  @Test
  void liveBytesPeakWhereTheTraceDoes() throws IOException {
    Trace trace =
        read(new TraceFile().malloc(0, 0, 100).realloc(0, 0, 700).free(0, 0).malloc(0, 1, 300));
    var live = new LiveBytes();
    try (var replay = new SequentialReplay(trace, new ModelTarget())) {
      replay.round(0, live);
    }
    assertEquals(700, live.peak());
    assertEquals(trace.peakLiveBytes(), live.peak());
  }

  @Test
  void blocksThatOverlapAreFoundAtTheFree() throws IOException {
    for (int size : new int[] {1, 8, 16, 100}) {
      long shared = new ModelTarget().malloc(0, size);
      var broken =
          new ModelTarget() {
            @Override
            public long malloc(int id, long byteSize) {
              return shared;
            }
          };
      assertFault(
          new TraceFile().malloc(0, 0, size).malloc(0, 1, size).free(0, 0),
          broken,
          "event 2 (free of id 0 by thread 0): the block's first or last bytes have changed");
    }
  }

  @Test
  void anOverrunOfTheLastByteIsFound() throws IOException {
    var broken =
        new ModelTarget() {
          @Override
          public long calloc(int id, long byteSize) {
            OffHeap.storeByte(live.get(0).address() + 99, (byte) 0);
            return super.calloc(id, byteSize);
          }
        };
    assertFault(
        new TraceFile().malloc(0, 0, 100).calloc(0, 1, 8).realloc(0, 0, 200),
        broken,
        "event 2 (realloc of id 0 by thread 0): the block's first or last bytes have changed");
  }

  @Test
  void aDamagedSurvivorIsFoundAtTheEnd() throws IOException {
    var broken =
        new ModelTarget() {
          @Override
          public long calloc(int id, long byteSize) {
            OffHeap.storeByte(live.get(0).address(), (byte) 0);
            return super.calloc(id, byteSize);
          }
        };
    assertFault(
        new TraceFile().malloc(0, 0, 5).calloc(0, 1, 8),
        broken,
        "end of trace (free of id 0): the block's first or last bytes have changed");
  }

  @Test
  void aReallocThatLosesTheContentsIsFound() throws IOException {
    for (long after : new long[] {3, 64}) {
      var broken =
          new ModelTarget() {
            @Override
            public long realloc(int id, long address, long oldByteSize, long byteSize) {
              live.remove(id);
              return malloc(id, byteSize);
            }
          };
      assertFault(
          new TraceFile().malloc(0, 0, 32).realloc(0, 0, after),
          broken,
          "event 1 (realloc of id 0 by thread 0): the block's first bytes were not kept");
    }
  }

  @Test
  void aCallocThatDoesNotZeroIsFound() throws IOException {
    for (int dirty : new int[] {0, 39}) {
      var broken =
          new ModelTarget() {
            @Override
            public long calloc(int id, long byteSize) {
              long address = super.calloc(id, byteSize);
              OffHeap.storeByte(address + dirty, (byte) 1);
              return address;
            }
          };
      assertFault(
          new TraceFile().calloc(0, 0, 40),
          broken,
          "event 0 (calloc of id 0 by thread 0): the block is not zeroed");
    }
  }

  @Test
  void aMisalignedBlockIsFound() throws IOException {
    var broken =
        new ModelTarget() {
          @Override
          public long aligned(int id, long byteSize, long byteAlignment) {
            return super.aligned(id, byteSize + 32, byteAlignment) + 32;
          }
        };
    assertFault(new TraceFile().aligned(0, 0, 8, 6), broken, " is not aligned to 64");
  }

  @Test
  void nullIsAFault() throws IOException {
    var broken =
        new ModelTarget() {
          @Override
          public long malloc(int id, long byteSize) {
            return 0;
          }

          @Override
          public long realloc(int id, long address, long oldByteSize, long byteSize) {
            return 0;
          }
        };
    assertFault(
        new TraceFile().malloc(0, 0, 8),
        broken,
        "event 0 (malloc of id 0 by thread 0): the allocator returned NULL");
    assertFault(
        new TraceFile().calloc(0, 0, 8).realloc(0, 0, 9),
        broken,
        "event 1 (realloc of id 0 by thread 0): the allocator returned NULL");
  }

  @Test
  void bytesOfAnEarlierRoundAreNotTakenForThisOnes() throws IOException {
    var blocks = new ModelTarget();
    long address = blocks.malloc(0, 64);
    BlockPattern.write(address, 64, BlockPattern.head(3, 1));
    assertTrue(BlockPattern.holds(address, 64, BlockPattern.head(3, 1)));
    assertFalse(BlockPattern.holds(address, 64, BlockPattern.head(3, 2)));
    assertFalse(BlockPattern.holds(address, 64, BlockPattern.head(4, 1)));
  }

  private void assertFault(TraceFile file, ReplayTarget target, String message) throws IOException {
    Trace trace = read(file);
    try (var replay = new SequentialReplay(trace, target)) {
      String said = assertThrows(ReplayException.class, () -> replay.round(1, null)).getMessage();
      assertTrue(said.contains(message), said);
    }
  }

  private void replay(TraceFile file, ReplayTarget target) throws IOException {
    try (var replay = new SequentialReplay(read(file), target)) {
      replay.round(1, null);
    }
  }

  private Trace read(TraceFile file) throws IOException {
    return TraceReader.read(file.write(directory));
  }
}
