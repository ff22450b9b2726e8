package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.internal.slab.InvariantWalk;

/** What a heap costs where memory counts from when it is accessible. */
@EnabledOnOs(OS.LINUX)
class CommitOnDemandTest {
  private static final long GIB = 1L << 30;
  private static final int THREADS = 70;

  /** CAP_IPC_LOCK, which lets a process lock what it likes. */
  private static final int LOCK_PRIVILEGE = 14;

  @TempDir Path directory;

  private ChildJvm jvm() {
    return new ChildJvm(directory).options("-Xmx64m", "-XX:+UseSerialGC");
  }

  @Test
  void aHeapWorksWhereTheDataSegmentIsMuchSmallerThanItsRegion()
      throws IOException, InterruptedException {
    String why = jvm().dataSegment(GIB).run(OnDemandPrograms.BOUNDED_DATA).succeeded().output();
    assertTrue(why.contains("ulimit -d") && why.contains("1073741824 bytes"), why);
    jvm().dataSegment(GIB).run(OnDemandPrograms.BOUNDED_DATA_EXACT_REGION).succeeded();
  }

  @Test
  void lockingAllMemoryLocksWhatIsAccessible() throws IOException, InterruptedException {
    assumeTrue(mayLock(), "needs CAP_IPC_LOCK");
    jvm().run(OnDemandPrograms.LOCKED_ON_DEMAND).succeeded();
  }

  @Test
  void lockingAllMemoryFillsNoHeapWhereTheSystemKnowsGuards()
      throws IOException, InterruptedException {
    assumeTrue(mayLock(), "needs CAP_IPC_LOCK");
    assumeTrue(knowsGuards(), "needs Linux 6.13");
    jvm().run(OnDemandPrograms.LOCKED).succeeded();
  }

  @Test
  void aHeapOfAProcessThatLocksWhatItMapsLocksWhatIsTouched()
      throws IOException, InterruptedException {
    assumeTrue(mayLock(), "needs CAP_IPC_LOCK");
    jvm().run(OnDemandPrograms.LOCKED_BEFORE).succeeded();
  }

  private static boolean mayLock() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        long privileges = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        return (privileges >> LOCK_PRIVILEGE & 1) != 0;
      }
    }
    return false;
  }

  private static boolean knowsGuards() {
    String[] version = System.getProperty("os.version").split("\\D");
    int major = Integer.parseInt(version[0]);
    return major > 6 || (major == 6 && Integer.parseInt(version[1]) >= 13);
  }

  @Test
  void manyThreadsWithBlocksOfAllSizesHaveFewMappings() throws Exception {
    try (Smalloc heap = Smalloc.builder().commitOnDemand(true).build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      CountDownLatch allHave = new CountDownLatch(THREADS);
      List<Future<List<Long>>> results =
          IntStream.range(0, THREADS)
              .mapToObj(i -> threads.submit(() -> useAllSizes(heap, allHave)))
              .toList();
      List<Long> live = new ArrayList<>();
      for (Future<List<Long>> result : results) {
        live.addAll(result.get());
      }
      assertEquals(live.size(), live.stream().distinct().count());
      int mappings = mappings(heap);
      assertTrue(mappings <= 500, "mappings " + mappings);
      InvariantWalk.check(heap.heap(), live);
      live.forEach(heap::free);
      assertEquals(0, heap.stats().liveBlocks());
    }
  }

  /** Allocates blocks of all sizes up to 1 MiB, and frees every other one when all threads have. */
  private static List<Long> useAllSizes(Smalloc heap, CountDownLatch allHave)
      throws InterruptedException {
    List<Long> blocks = new ArrayList<>();
    for (long byteSize = 8; byteSize <= 1 << 20; byteSize <<= 1) {
      for (int i = 0; i < 4; i++) {
        long block = heap.malloc(byteSize);
        OffHeap.storeLong(block, block);
        OffHeap.storeLong(block + byteSize - 8, block);
        blocks.add(block);
      }
    }
    allHave.countDown();
    allHave.await();
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      assertEquals(blocks.get(i), OffHeap.loadLong(blocks.get(i)));
      if (i % 2 == 0) {
        heap.free(blocks.get(i));
      } else {
        live.add(blocks.get(i));
      }
    }
    return live;
  }

  private static int mappings(Smalloc heap) throws IOException {
    int mappings = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
      mappings += heap.heap().shared().region().contains(start) ? 1 : 0;
    }
    return mappings;
  }
}
