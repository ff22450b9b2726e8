package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.os.FakeVirtualMemory;
import org.smalloc4j.internal.slab.InvariantWalk;

/** Memory that nobody uses between two ticks goes back, memory in use does not. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocTrimEveryTest {
  private static final int BYTES = 1024;
  private static final int BLOCKS = 4096;
  private static final Duration NEVER = Duration.ofDays(10_000);

  private static List<Long> allocate(Smalloc heap, int count, int byteSize) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(Block.write(heap.malloc(byteSize), byteSize, i).address());
    }
    return blocks;
  }

  private static boolean allocateAndFree(Smalloc heap, int count, int byteSize) {
    allocate(heap, count, byteSize).forEach(heap::free);
    return true;
  }

  /** Calls something in a thread that ends. */
  private static void inThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void tick(Smalloc heap) {
    assertTrue(heap.tick());
  }

  private static void tickAndWalk(Smalloc heap, Collection<Long> live) {
    tick(heap);
    InvariantWalk.check(heap.heap(), live);
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 0", "true, 256", "false, 256"})
  void whatIsFreeAtTwoTicksGoesBackAtTheSecond(boolean owned, int limitMib) {
    Smalloc.Builder builder = Smalloc.builder().ownedSlabs(owned);
    try (Smalloc heap = (limitMib == 0 ? builder : builder.maxBytes(limitMib << 20)).build()) {
      inThread(() -> allocateAndFree(heap, BLOCKS, BYTES));
      inThread(() -> allocateAndFree(heap, 3, 2 << 20));
      long taken = heap.stats().takenBytes();
      assertTrue(taken >= BLOCKS * BYTES + (6L << 20), heap.stats()::toString);
      tick(heap);
      InvariantWalk.check(heap.heap(), List.of());
      assertEquals(taken, heap.stats().takenBytes(), "free at one tick");
      long resident = heap.stats().residentBytes();
      tickAndWalk(heap, List.of());
      assertEquals(0, heap.stats().takenBytes(), heap.stats()::toString);
      long given = resident - heap.stats().residentBytes();
      assertTrue(given >= BLOCKS * BYTES + (6L << 20), () -> given + " bytes");
    }
  }

  @Test
  void memoryThatWasUsedInBetweenStays() {
    try (Smalloc heap = Smalloc.builder().ownedSlabs(false).build()) {
      List<Long> deep = allocate(heap, BLOCKS, BYTES);
      deep.forEach(heap::free);
      tick(heap);
      List<Long> used = allocate(heap, BLOCKS / 4, BYTES);
      assertTrue(deep.containsAll(used), "handed out again");
      used.forEach(heap::free);
      tick(heap);
      assertEquals(BLOCKS / 4L * BYTES, heap.stats().takenBytes());
      tick(heap);
      assertEquals(0, heap.stats().takenBytes());
    }
  }

  /** What a tick gives back would be fresh when it is handed out again: addresses and all. */
  @Test
  void memoryInSteadyUseIsNotGivenBack() {
    for (boolean owned : new boolean[] {true, false}) {
      try (Smalloc heap = Smalloc.builder().ownedSlabs(owned).build()) {
        SplittableRandom random = new SplittableRandom(11);
        List<Long> live = allocate(heap, BLOCKS, BYTES);
        long taken = 0;
        for (int round = 0; round < 50; round++) {
          // A quarter more than is live goes round between any two ticks.
          for (int i = 0; i < 2 * BLOCKS; i++) {
            heap.free(live.remove(random.nextInt(live.size())));
            live.add(heap.malloc(BYTES));
          }
          tickAndWalk(heap, live);
          taken = round == 0 ? heap.stats().takenBytes() : taken;
          assertTrue(heap.stats().takenBytes() >= BLOCKS * BYTES);
        }
        assertTrue(heap.stats().takenBytes() >= taken * 9 / 10, heap.stats()::toString);
        long resident = heap.stats().residentBytes();
        assertTrue(resident >= BLOCKS * BYTES, heap.stats()::toString);
        live.forEach(heap::free);
      }
    }
  }

  @Test
  void whatDeadAndWaitingThreadsKeepGoesBackAndTheyGoOn() {
    try (Smalloc heap = Smalloc.create()) {
      assertTrue(heap.stats().threads().takesIdle());
      WaitingThread pool = new WaitingThread();
      List<Long> kept = pool.idleAfter(() -> allocate(heap, 100, BYTES));
      pool.idleAfter(() -> allocateAndFree(heap, BLOCKS, BYTES));
      inThread(() -> allocateAndFree(heap, BLOCKS, 64));
      tick(heap);
      tick(heap);
      AllocatorStats stats = heap.stats();
      assertTrue(stats.takenBytes() <= 104 * BYTES, stats::toString);
      assertEquals(0, stats.heldBytes(), stats::toString);
      pool.idleAfter(() -> allocateAndFree(heap, BLOCKS, BYTES));
      kept.forEach(heap::free);
      pool.end();
      tick(heap);
      tick(heap);
      assertEquals(0, heap.stats().takenBytes());
    }
  }

  @Test
  void aThreadThatWorksBetweenTicksAndWaitsAtThemKeepsItsSlab() {
    try (Smalloc heap = Smalloc.create()) {
      WaitingThread pool = new WaitingThread();
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        live.addAll(pool.idleAfter(() -> allocate(heap, 1, BYTES)));
        tick(heap);
        assertEquals(0, heap.stats().threads().takenSlabs());
      }
      tick(heap);
      assertEquals(1, heap.stats().threads().takenSlabs());
      pool.end();
      live.forEach(heap::free);
    }
  }

  @Test
  void liveBlocksKeepTheirOsPagesAndContents() {
    try (Smalloc heap = Smalloc.builder().ownedSlabs(false).build()) {
      List<Block> live = new ArrayList<>();
      List<Long> freed = new ArrayList<>();
      for (int i = 0; i < BLOCKS; i++) {
        long block = heap.malloc(64);
        if (i % 1000 == 7) {
          live.add(Block.write(block, 64, i));
        } else {
          freed.add(block);
        }
      }
      freed.forEach(heap::free);
      tick(heap);
      tick(heap);
      assertEquals(live.size() * 4096L, heap.stats().takenBytes());
      live.forEach(Block::check);
      for (int i = 0; i < BLOCKS; i++) {
        assertEquals(0, OffHeap.loadLong(heap.calloc(64)));
      }
      live.forEach(Block::check);
    }
  }

  @Test
  void ticksWithNothingNewGiveNothingBackAndChangeNothing() {
    try (Smalloc heap = Smalloc.builder().ownedSlabs(false).build()) {
      List<Long> blocks = allocate(heap, BLOCKS, 64);
      for (int i = 0; i < BLOCKS; i += 2) {
        heap.free(blocks.get(i));
      }
      tick(heap);
      tick(heap);
      AllocatorStats before = heap.stats();
      for (int i = 0; i < 100; i++) {
        tick(heap);
      }
      InvariantWalk.check(heap.heap(), odd(blocks));
      assertEquals(before.sizeClasses(), heap.stats().sizeClasses());
    }
  }

  private static List<Long> odd(List<Long> blocks) {
    List<Long> odd = new ArrayList<>();
    for (int i = 1; i < blocks.size(); i += 2) {
      odd.add(blocks.get(i));
    }
    return odd;
  }

  /** Where slots are not sorted: a list that nobody has touched since the last tick. */
  @Test
  void onDemandAndCutRegionsGiveBackWhatNobodyTouches() {
    try (Smalloc onDemand = Smalloc.builder().commitOnDemand(true).ownedSlabs(false).build()) {
      List<Long> blocks = allocate(onDemand, 64, 1 << 16);
      blocks.forEach(onDemand::free);
      assertTrue(onDemand.tick());
      assertEquals(64L << 16, onDemand.stats().takenBytes());
      onDemand.free(onDemand.malloc(1 << 16));
      assertTrue(onDemand.tick());
      assertEquals(64L << 16, onDemand.stats().takenBytes(), "one was used");
      assertTrue(onDemand.tick());
      assertEquals(0, onDemand.stats().takenBytes());
      onDemand.malloc(1 << 16);
      for (int i = 0; i < 10; i++) {
        assertTrue(onDemand.tick());
      }
    }
  }

  @Test
  void randomCallsAndTicksKeepTheInvariants() throws InterruptedException {
    for (Smalloc.Builder builder :
        List.of(
            Smalloc.builder().regionBits(30),
            Smalloc.builder().ownedSlabs(false),
            Smalloc.builder().maxBytes(8 << 20),
            Smalloc.builder().commitOnDemand(true))) {
      try (Smalloc heap = builder.trimEvery(Duration.ofNanos(1)).build()) {
        new Crowd(23)
            .runBeside(
                () -> assertTrue(heap.tick()),
                3,
                Crowd.MIXED,
                (_, random) -> {
                  BlockModel model = new BlockModel(heap);
                  for (int i = 0; i < 8000; i++) {
                    if (model.size() > 400) {
                      model.freeAll(random);
                    }
                    long byteSize = random.nextInt(1 << random.nextInt(1, 14));
                    long block = heap.tryMalloc(byteSize, 1);
                    if (block != Allocator.NULL) {
                      model.add(block, byteSize, random.nextLong());
                    }
                  }
                  model.freeAll(random);
                });
        assertEquals(0, heap.stats().liveBlocks());
        assertEquals(0, heap.stats().lostBlocks());
      }
    }
  }

  @Test
  void nobodyHasToCallTrim() {
    try (Smalloc heap = Smalloc.builder().trimEvery(Duration.ofMillis(5)).build()) {
      WaitingThread pool = new WaitingThread();
      pool.idleAfter(() -> allocateAndFree(heap, BLOCKS, BYTES));
      await(() -> heap.stats().takenBytes() == 0, "memory goes back");
      pool.end();
    }
  }

  @Test
  void theThreadIsADaemonWithoutContextAndEndsWithTheHeap() {
    Smalloc heap = Smalloc.builder().name("timed").trimEvery(NEVER).build();
    Thread ticker = Objects.requireNonNull(heap.ticker());
    assertTrue(ticker.isDaemon() && ticker.isAlive());
    assertEquals("smalloc4j-trim-timed", ticker.getName());
    assertNull(ticker.getContextClassLoader());
    assertNull(ticker.getThreadGroup().getParent());
    heap.close();
    await(() -> !ticker.isAlive(), "the thread ends");
    assertFalse(heap.tick());
    Smalloc now = Smalloc.builder().trimEvery(NEVER).build();
    Thread other = Objects.requireNonNull(now.ticker());
    now.closeNow();
    await(() -> !other.isAlive(), "the thread ends");
    try (Smalloc without = Smalloc.create()) {
      assertNull(without.ticker());
    }
  }

  @Test
  void theThreadEndsWhenTheHeapIsNoLongerReachable() {
    List<Thread> tickers = new ArrayList<>();
    WeakReference<Smalloc> dropped = dropped(tickers);
    await(() -> isCleared(dropped), "the heap is collected");
    await(() -> !tickers.getFirst().isAlive(), "the thread ends");
  }

  private static WeakReference<Smalloc> dropped(List<Thread> tickers) {
    Smalloc heap = Smalloc.builder().trimEvery(Duration.ofMillis(2)).build();
    tickers.add(Objects.requireNonNull(heap.ticker()));
    heap.free(heap.malloc(100));
    return new WeakReference<>(heap);
  }

  private static boolean isCleared(WeakReference<?> reference) {
    System.gc();
    return reference.get() == null;
  }

  @Test
  void aBuildThatFailsLeavesNoThread() {
    for (int i = 0; i < 3; i++) {
      assertRefused(
          OutOfMemoryError.class,
          () ->
              new SmallocBuilder()
                  .name("unbuilt")
                  .trimEvery(Duration.ofMillis(1))
                  .virtualMemory(new FakeVirtualMemory(1 << 20, 4096))
                  .build(),
          "unbuilt");
    }
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().contains("unbuilt")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.000000001S", "PT-1H"})
  void anIntervalThatIsNotPositiveIsRefused(String interval) {
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().trimEvery(Duration.parse(interval)),
        "interval is " + interval,
        "more than 0");
  }

  @Test
  void anIntervalThatIsTooLongIsRefusedAndTheLongestIsNot() {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE);
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().trimEvery(longest.plusNanos(1)),
        "interval is PT2562047H47M16.854775808S",
        "292 years");
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().trimEvery(Duration.ofSeconds(Long.MAX_VALUE)),
        "292 years");
    Smalloc heap = Smalloc.builder().trimEvery(longest).build();
    assertTrue(Objects.requireNonNull(heap.ticker()).isAlive());
    heap.close();
  }

  @Test
  void noIntervalIsRefused() {
    NullPointerException refused =
        assertThrows(NullPointerException.class, () -> Smalloc.builder().trimEvery(nothing()));
    assertTrue(refused.getMessage().contains("interval is null"), refused.getMessage());
  }

  @SuppressWarnings("NullAway")
  private static Duration nothing() {
    return null;
  }

  /** Waits for what is to happen soon, a minute at the most. */
  private static void await(BooleanSupplier condition, String what) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < 60_000_000_000L, what);
      LockSupport.parkNanos(1_000_000); // lets ticks have their turn
    }
  }
}
