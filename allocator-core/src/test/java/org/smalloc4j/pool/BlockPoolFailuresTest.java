package org.smalloc4j.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.Allocator;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OutOfMemoryFails;
import org.smalloc4j.arena.DeepCalls;

/** A call that fails has changed nothing, wherever it fails. */
@ExtendWith(OutOfMemoryFails.class)
class BlockPoolFailuresTest {
  private final LimitedAllocator heap = new LimitedAllocator();
  private final BlockPool pool = BlockPool.bounded(heap, ValueLayout.JAVA_LONG, 4, 10);

  @AfterEach
  void close() {
    pool.close();
    assertEquals(0, heap.live());
    heap.close();
  }

  @Test
  void anAllocatorThatIsExhaustedInTheMiddleOfGrowthLeavesThePoolAsItWas() {
    long block = 0;
    for (int i = 0; i < 4; i++) {
      block = pool.acquire();
    }
    heap.allow(0);
    for (int i = 0; i < 20; i++) {
      assertEquals("not allowed", assertThrows(OutOfMemoryError.class, pool::acquire).getMessage());
      assertEquals(Allocator.NULL, pool.tryAcquire());
    }
    assertEquals(4, pool.heldBlocks());
    assertEquals(4, pool.liveBlocks());
    pool.release(block);
    assertEquals(block, pool.acquire());
    heap.allow(2);
    for (int i = 4; i < 10; i++) {
      pool.acquire();
    }
    assertEquals(10, pool.heldBlocks(), "refused growth takes nothing off the bound");
    assertEquals(Allocator.NULL, pool.tryAcquire());
  }

  @Test
  void aChunkThatItsUserFreedIsReportedOnceAndTheOthersGoBack() {
    BlockPool other = BlockPool.of(heap, ValueLayout.JAVA_LONG, 2);
    long first = other.acquire();
    for (int i = 0; i < 5; i++) {
      other.acquire();
    }
    heap.free(first);
    assertThrows(IllegalStateException.class, other::close);
    assertEquals(0, heap.live());
    assertEquals(1, heap.attached());
    other.close();
  }

  @Test
  void theEndOfTheStackLosesNoBlock() throws InterruptedException {
    long[] live = new long[1 << 16];
    int[] count = new int[1];
    BlockPool deep = BlockPool.of(heap, ValueLayout.JAVA_LONG, 1000);
    for (int round = 0; round < 20; round++) {
      DeepCalls.untilTheStackEnds(
          () -> {
            long block = deep.acquire();
            try {
              deep.release(block);
            } catch (StackOverflowError e) {
              live[count[0]] = block; // no call, which could end the stack again
              count[0]++;
              throw e;
            }
          });
    }
    assertEquals(count[0], deep.liveBlocks());
    for (int i = 0; i < count[0]; i++) {
      deep.release(live[i]);
    }
    deep.close();
  }
}
