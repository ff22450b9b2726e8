package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** maxBytes bounds what is taken from the frontiers, and says so. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocMaxBytesTest {
  private static final long LIMIT = 1L << 20;
  private static final long BLOCK = 4096;
  private static final int BLOCKS = (int) (LIMIT / BLOCK);

  private final Smalloc heap = Smalloc.builder().name("limited").maxBytes(LIMIT).build();

  @AfterEach
  void close() {
    heap.close();
  }

  private List<Long> drain() {
    return SmallHeap.drain(heap, 12);
  }

  @Test
  void exactlyAsManySlotBytesAsTheLimitAreServed() {
    assertEquals(BLOCKS, drain().size());
    assertEquals(LIMIT, heap.stats().liveBytes());
    assertEquals(LIMIT, heap.stats().takenBytes());
    assertEquals(LIMIT, heap.stats().limitBytes());
  }

  @Test
  void slotBytesCountNotThoseAskedFor() {
    for (int i = 0; i < BLOCKS; i++) {
      heap.malloc(BLOCK / 2 + 1);
    }
    assertEquals(Allocator.NULL, heap.tryMalloc(BLOCK / 2 + 1, 1));
  }

  @Test
  void theErrorNamesMaxBytes() {
    drain();
    assertRefused(
        OutOfMemoryError.class,
        () -> heap.malloc(BLOCK),
        "heap 'limited'",
        "4096 bytes",
        "maxBytes",
        LIMIT);
    assertRefused(OutOfMemoryError.class, () -> heap.calloc(BLOCK), "maxBytes");
    assertRefused(OutOfMemoryError.class, () -> heap.allocate(BLOCK, 8), "maxBytes");
  }

  @Test
  void aBlockAboveTheLimitIsRefusedAtOnce() {
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(LIMIT + 1), LIMIT + 1, "maxBytes");
    assertNotEquals(Allocator.NULL, heap.tryMalloc(LIMIT, 1));
  }

  @Test
  void freeingMakesRoomAgain() {
    List<Long> live = drain();
    for (int i = 0; i < 100; i++) {
      heap.free(live.removeFirst());
      live.add(heap.malloc(BLOCK));
      assertEquals(Allocator.NULL, heap.tryMalloc(BLOCK, 1));
    }
    live.forEach(heap::free);
    assertEquals(BLOCKS, drain().size());
  }

  @Test
  void freedMemoryServesOtherSizes() {
    drain().forEach(heap::free);
    assertEquals(BLOCKS / 2, SmallHeap.drain(heap, 13).size());
  }

  @Test
  void aFailedReallocIsRefusedWithMaxBytesAndKeepsTheBlock() {
    Block block = Block.write(drain().getFirst(), BLOCK, 70);
    assertRefused(OutOfMemoryError.class, () -> heap.realloc(block.address(), 5000), "maxBytes");
    block.check();
  }

  @Test
  void sixteenThreadsTogetherGetExactlyTheLimit() throws InterruptedException {
    for (int use = 1; use <= 20; use++) {
      List<Long> all = Collections.synchronizedList(new ArrayList<>());
      new Crowd(71).run(16, Crowd.PLATFORM, (_, _) -> all.addAll(drain()));
      assertEquals(BLOCKS, all.stream().distinct().count());
      assertEquals(BLOCKS, all.size());
      all.forEach(heap::free);
      heap.trim();
      assertEquals(0, heap.stats().takenBytes());
    }
  }
}
