package org.smalloc4j.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceFile;
import org.smalloc4j.bench.trace.TraceReader;

@Timeout(60)
class ThreadedReplayTest {

  @TempDir private Path directory;

  @Test
  void callsOnOneBlockKeepTheirOrderAcrossThreads() throws IOException {
    var file = new TraceFile().threads(4);
    int blocks = 500;
    for (int id = 0; id < blocks; id++) {
      file.malloc(0, id, 40);
    }
    for (int id = 0; id < blocks; id++) {
      file.realloc(1, id, 80);
    }
    for (int id = 0; id < blocks; id++) {
      file.realloc(2, id, 20);
    }
    for (int id = 0; id < blocks; id++) {
      file.free(3, id);
    }
    var target = new ModelTarget();
    try (var replay = new ThreadedReplay(read(file), target)) {
      for (int round = 0; round < 3; round++) {
        replay.round(round, new LiveBytes());
      }
    }
    assertTrue(target.live.isEmpty());
    assertEquals(3 * 4 * blocks, target.calls.size());
  }

  @Test
  void waitingThreadsThatDependOnEachOtherBothWaysEnd() throws IOException {
    var file = new TraceFile().threads(2);
    for (int id = 0; id < 1_000; id++) {
      file.malloc(id % 2, id, 8).free((id + 1) % 2, id);
    }
    var target = new ModelTarget();
    try (var replay = new ThreadedReplay(read(file), target)) {
      replay.round(0, null);
    }
    assertTrue(target.live.isEmpty());
  }

  @Test
  void eachThreadMakesItsOwnCallsAndTheFreesOfWhatItLeaves() throws IOException {
    Set<String> callers = ConcurrentHashMap.newKeySet();
    var target =
        new ModelTarget() {
          @Override
          public long malloc(int id, long byteSize) {
            callers.add("malloc " + id + " by " + Thread.currentThread().threadId());
            return super.malloc(id, byteSize);
          }

          @Override
          public void free(int id, long address) {
            callers.add("free " + id + " by " + Thread.currentThread().threadId());
            super.free(id, address);
          }
        };
    var file = new TraceFile().threads(5).malloc(1, 0, 8).malloc(4, 1, 8);
    try (var replay = new ThreadedReplay(read(file), target)) {
      replay.round(0, null);
      replay.round(1, null);
    }
    assertEquals(4, callers.size(), callers::toString);
    assertTrue(
        callers.stream().noneMatch(c -> c.endsWith(" by " + Thread.currentThread().threadId())));
  }

  @Test
  void aFaultOfOneThreadEndsTheOthersThatWaitForIt() throws IOException {
    var target =
        new ModelTarget() {
          @Override
          public long malloc(int id, long byteSize) {
            return 0;
          }
        };
    var file = new TraceFile().threads(2).malloc(0, 0, 8).malloc(0, 1, 8).free(1, 1).free(1, 0);
    try (var replay = new ThreadedReplay(read(file), target)) {
      var thrown = assertThrows(ReplayException.class, () -> replay.round(0, null));
      assertEquals(
          "event 0 (malloc of id 0 by thread 0): the allocator returned NULL", thrown.getMessage());
    }
  }

  @Test
  void onlyEventsOnSharedBlocksHaveATurn() throws IOException {
    Trace trace =
        read(
            new TraceFile()
                .threads(2)
                .malloc(0, 0, 8)
                .malloc(0, 1, 8)
                .realloc(0, 1, 9)
                .free(1, 1)
                .free(0, 0));
    List<Script> scripts = Scripts.perThread(trace);
    assertEquals(2, scripts.size());
    assertEquals(List.of(Script.UNSHARED, 0, 1, Script.UNSHARED), boxed(scripts.get(0).turns()));
    assertEquals(List.of(2), boxed(scripts.get(1).turns()));
    assertEquals(List.of(0, 1, 2, 4), boxed(scripts.get(0).events()));
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private Trace read(TraceFile file) throws IOException {
    return TraceReader.read(file.write(directory));
  }
}
