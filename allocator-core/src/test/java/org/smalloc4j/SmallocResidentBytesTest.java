package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.internal.os.NarrowVirtualMemory;
import org.smalloc4j.internal.slab.Region;

/** What of a heap is in memory, against a look at all of its addresses; and its fresh blocks. */
class SmallocResidentBytesTest {
  private static final long MIB = 1L << 20;

  private static long backed(Smalloc heap) {
    Region region = heap.heap().shared().region();
    return region.os().backed(region.layout().base(), region.byteSize());
  }

  /**
   * Looks at all addresses after a stats(): what that reads and nobody has written becomes an OS
   * page of zeros that all share, which the system says is in memory.
   */
  private static void checkAgainstAllAddresses(Smalloc heap) {
    heap.stats();
    long all = backed(heap);
    AllocatorStats stats = heap.stats();
    long missing = all - stats.residentBytes();
    assertTrue(Math.abs(missing) <= 16 << 10, () -> missing + " bytes missing: " + stats);
    double own = 8.0 * MIB;
    for (SizeClassStats each : stats.sizeClasses()) {
      own += 5.0 / 8 * (each.liveBlocks() + each.freeBlocks());
    }
    assertTrue(stats.residentBytes() <= stats.takenBytes() + own, stats::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 32, 35})
  void theyAreThoseThatTheSystemHasInMemory(int regionBits) throws InterruptedException {
    for (boolean owned : new boolean[] {true, false}) {
      for (int steps = 0; steps <= 8; steps++) {
        try (Smalloc heap = Smalloc.builder().regionBits(regionBits).ownedSlabs(owned).build()) {
          use(heap, steps, regionBits);
          checkAgainstAllAddresses(heap);
        }
      }
    }
  }

  private static void use(Smalloc heap, int steps, int regionBits) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(regionBits);
    int largest = 1 << Math.min(20, regionBits - 13);
    List<Block> live = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      switch (step % 4) {
        case 1 -> allocate(heap, live, random, largest);
        case 2 -> live.removeIf(block -> isFreed(heap, block, random.nextInt(10) != 0));
        case 3 -> {
          List<Block> some = live.stream().filter(_ -> random.nextInt(10) != 0).toList();
          live.removeAll(some);
          Thread other = new Thread(() -> some.forEach(block -> heap.free(block.address())));
          other.start();
          other.join();
        }
        default -> heap.trim();
      }
    }
  }

  private static void allocate(
      Smalloc heap, List<Block> live, SplittableRandom random, int largest) {
    for (int i = 0; i < 8000; i++) {
      long byteSize = 1 + random.nextInt(1 << random.nextInt(3, 10));
      live.add(Block.write(heap.malloc(byteSize), byteSize, i));
    }
    for (int i = 0; i < 8; i++) {
      long byteSize = 1 + random.nextInt(largest);
      live.add(Block.write(heap.malloc(byteSize), byteSize, i));
    }
  }

  private static boolean isFreed(Smalloc heap, Block block, boolean frees) {
    if (frees) {
      heap.free(block.address());
    }
    return frees;
  }

  /** Of a few OS pages that each owner has for itself none is within what may be missing. */
  @Test
  void whatManyOwnersHaveCounts() {
    try (Smalloc heap = Smalloc.create()) {
      List<Block> blocks = new ArrayList<>();
      List<WaitingThread> owners = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        blocks.add(Block.write(heap.malloc(64), 64, i));
        owners.add(new WaitingThread());
      }
      for (int i = 0; i < 10; i++) { // who only frees has an outbox, and no slot
        Block block = blocks.get(i);
        owners.get(i).idleAfter(() -> isFreed(heap, block, true));
      }
      checkAgainstAllAddresses(heap);
      owners.forEach(owner -> owner.idleAfter(() -> allocateAndFreeHalf(heap)));
      checkAgainstAllAddresses(heap);
      heap.trim();
      checkAgainstAllAddresses(heap);
      owners.forEach(WaitingThread::end);
    }
  }

  private static boolean allocateAndFreeHalf(Smalloc heap) {
    List<Block> live = new ArrayList<>();
    allocate(heap, live, new SplittableRandom(live.size()), 1000);
    return live.removeIf(block -> isFreed(heap, block, block.address() % 128 == 0));
  }

  @Test
  void whatIsInAnAnnexCounts() {
    SmallocBuilder builder = new SmallocBuilder();
    try (Smalloc heap = builder.virtualMemory(new NarrowVirtualMemory(1L << 30)).build()) {
      checkAgainstAllAddresses(heap);
      long block = Block.write(heap.malloc(16 * MIB), 16 * MIB, 1).address();
      checkAgainstAllAddresses(heap);
      assertTrue(heap.stats().residentBytes() >= 16 * MIB);
      heap.free(block);
      heap.trim();
      checkAgainstAllAddresses(heap);
    }
  }

  @Test
  void theyGrowWithWhatIsWrittenAndFallWithATrim() {
    try (Smalloc heap = Smalloc.create()) {
      long before = heap.stats().residentBytes();
      List<Block> live = new ArrayList<>();
      for (int i = 0; i < 1024; i++) {
        live.add(Block.write(heap.malloc(60_000), 60_000, i));
      }
      long block = heap.malloc(256 * MIB);
      long written = heap.stats().residentBytes() - before;
      assertTrue(written >= 1024 * 60_000, () -> written + " bytes");
      assertTrue(
          written <= 1024 * 65_536 + MIB, () -> written + " bytes: nobody wrote to the last");
      live.forEach(each -> heap.free(each.address()));
      heap.free(block);
      heap.trim();
      long after = heap.stats().residentBytes() - before;
      assertTrue(after <= MIB, () -> after + " bytes");
    }
  }

  @Test
  void anOsPageThatNobodyUsesYetIsNotResident() {
    try (Smalloc heap = Smalloc.create()) {
      heap.malloc(1 << 19);
      AllocatorStats stats = heap.stats();
      assertTrue(stats.residentBytes() < stats.takenBytes(), stats::toString);
    }
  }

  @Test
  void freshBlocksAreThoseThatWereNeverHandedOutAndThoseWhoseMemoryWentBack() {
    try (Smalloc heap = SmallHeap.open()) {
      long all = (long) SmallHeap.SLABS * SmallHeap.slots(12);
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        live.add(heap.malloc(4096));
        checkSum(heap, 4096, all);
      }
      long fresh = ofClass(heap, 4096).freshBlocks();
      assertTrue(fresh <= all - 40 && fresh > all - 80, heap.stats()::toString);
      for (int i = 0; i < 40; i += 2) {
        heap.free(live.get(i));
      }
      assertEquals(fresh, ofClass(heap, 4096).freshBlocks());
      heap.trim();
      assertEquals(all - 20, ofClass(heap, 4096).freshBlocks());
      checkSum(heap, 4096, all);
      assertTrue(heap.calloc(4096) != 0);
      checkSum(heap, 4096, all);
    }
  }

  private static void checkSum(Smalloc heap, long slotBytes, long all) {
    SizeClassStats found = ofClass(heap, slotBytes);
    assertEquals(all, found.liveBlocks() + found.freeBlocks() + found.freshBlocks());
  }

  private static SizeClassStats ofClass(Smalloc heap, long slotBytes) {
    return heap.stats().sizeClasses().stream()
        .filter(each -> each.slotBytes() == slotBytes)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLawsHoldWhileThreadsAllocateFreeAndTrim() throws InterruptedException {
    try (Smalloc heap = SmallHeap.open()) {
      heap.malloc(64);
      long all = (long) SmallHeap.SLABS * SmallHeap.slots(6);
      Runnable look =
          () -> {
            AllocatorStats stats = heap.stats();
            assertTrue(stats.residentBytes() <= stats.reservedBytes(), stats::toString);
            assertTrue(stats.residentBytes() > 0, stats::toString);
            SizeClassStats found =
                stats.sizeClasses().stream()
                    .filter(each -> each.slotBytes() == 64)
                    .findFirst()
                    .orElseThrow();
            long sum = found.liveBlocks() + found.freeBlocks() + found.freshBlocks();
            assertTrue(found.freshBlocks() >= 0 && sum <= all, stats::toString);
          };
      new Crowd(3)
          .runBeside(
              look,
              3,
              Crowd.PLATFORM,
              (index, random) -> {
                BlockModel model = new BlockModel(heap);
                for (int i = 0; i < 5000; i++) {
                  if (model.size() > 300) {
                    model.freeAll(random);
                  }
                  long byteSize = random.nextInt(300);
                  model.add(heap.malloc(byteSize), byteSize, random.nextLong());
                  if (index == 0 && i % 500 == 0) {
                    heap.trim();
                  }
                }
                model.freeAll(random);
              });
    }
  }
}
