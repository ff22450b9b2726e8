package org.smalloc4j.bench.alternatives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;

class AlternativesTest {
  private static final int BLOCKS = 3_000;
  private static final int OPERATIONS = 200_000;
  private static final int SIZES = 12;
  private static final long AREA_BYTES = 2L << 30;
  private static final long LARGEST_BYTES = 256L << 20;

  static Stream<TargetKind> alternatives() {
    return Arrays.stream(TargetKind.values()).filter(kind -> kind.label().startsWith("alt-"));
  }

  @ParameterizedTest
  @MethodSource("alternatives")
  void liveBlocksKeepWhatWasWritten(TargetKind kind) {
    ReplayTarget heap = kind.open(BLOCKS, false);
    long[] addresses = new long[BLOCKS];
    Set<Long> everTaken = new HashSet<>();
    var random = new Random(5);
    for (int i = 0; i < OPERATIONS; i++) {
      int block = random.nextInt(BLOCKS);
      if (addresses[block] == 0) {
        addresses[block] = heap.malloc(block, 8L << random.nextInt(SIZES));
        everTaken.add(addresses[block]);
        OffHeap.storeLong(addresses[block], block);
      } else {
        assertEquals(block, OffHeap.loadLong(addresses[block]));
        heap.free(block, addresses[block]);
        addresses[block] = 0;
      }
    }
    // Slots are used again: of each of 12 sizes no more than are live at a time, and some.
    assertTrue(everTaken.size() < 2 * BLOCKS, () -> everTaken.size() + " slots");
  }

  @ParameterizedTest
  @MethodSource("alternatives")
  void whatIsNoBlockAndWhatDoesNotFitIsRefused(TargetKind kind) {
    ReplayTarget heap = kind.open(1, false);
    long block = heap.malloc(0, 64);
    assertThrows(IllegalArgumentException.class, () -> heap.free(0, block + 8));
    assertThrows(IllegalArgumentException.class, () -> heap.free(0, block + 64));
    heap.free(0, block);
    for (long left = AREA_BYTES; left > 0; left -= LARGEST_BYTES) {
      assertNotEquals(0, heap.malloc(0, LARGEST_BYTES));
    }
    assertEquals(0, heap.malloc(0, LARGEST_BYTES));
    assertEquals(0, heap.malloc(0, LARGEST_BYTES + 1));
  }

  @Test
  void anotherThreadIsRefused() throws InterruptedException {
    ReplayTarget heap = TargetKind.ALT_LISTS.open(1, false);
    var elsewhere =
        new FutureTask<>(
            () -> assertThrows(IllegalStateException.class, () -> heap.malloc(0, 8)), true);
    Thread.ofPlatform().start(elsewhere).join();
    assertEquals(FutureTask.State.SUCCESS, elsewhere.state());
    assertThrows(IllegalArgumentException.class, () -> TargetKind.ALT_LISTS.open(1, true));
  }
}
