package org.smalloc4j.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Crowd;
import org.smalloc4j.observe.SampledBlocks.Sampled;

class SampledBlocksTest {
  private static final List<StackWalker.StackFrame> STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
          .walk(frames -> frames.limit(4).toList());

  private final SampledBlocks blocks = new SampledBlocks();

  @Test
  void nothingIsKeptOfABlockThatWasFreed() {
    for (long address = 64; address <= 64_000; address += 64) {
      blocks.add(address, 64, STACK);
    }
    assertEquals(1000 + 1, blocks.kept());
    for (long address = 64; address <= 64_000; address += 64) {
      Sampled block = blocks.end(address);
      assertNotNull(block);
      blocks.bury(block);
      assertNull(blocks.end(address));
    }
    assertEquals(0, blocks.kept());
  }

  @Test
  void aBlockThatMovedIsFoundAtItsNewAddressAlone() {
    blocks.add(64, 64, STACK);
    Sampled block = blocks.leave(64);
    assertNotNull(block);
    assertEquals(64, blocks.sites().getFirst().bytes(), "counted while it moves");
    assertFalse(blocks.mayHold(64));
    blocks.comeBack(block, 4096, 128);
    assertTrue(blocks.mayHold(4096));
    assertNull(blocks.end(64));
    assertEquals(128, blocks.sites().getFirst().bytes());
    assertEquals(2, blocks.kept());
  }

  @Test
  void aBlockThatIsEndedAndRevivedIsAsItWas() {
    blocks.add(64, 64, STACK);
    Sampled block = blocks.end(64);
    assertNotNull(block);
    assertEquals(List.of(), blocks.sites());
    blocks.revive(block);
    assertEquals(1, blocks.sites().getFirst().blocks());
    assertEquals(64, blocks.sites().getFirst().bytes());
    assertTrue(blocks.mayHold(64));
  }

  @Test
  void threadsLoseNoBlock() throws InterruptedException {
    int each = 20_000;
    new Crowd(64)
        .run(
            8,
            Crowd.PLATFORM,
            (index, _) -> {
              for (int i = 0; i < each; i++) {
                blocks.add(64L * (1 + index * each + i), 64, STACK);
              }
            });
    assertEquals(8L * each, blocks.sites().getFirst().blocks());
    new Crowd(65)
        .run(
            8,
            Crowd.PLATFORM,
            (index, _) -> {
              for (int i = 0; i < each; i++) {
                long address = 64L * (1 + index * each + i);
                assertTrue(blocks.mayHold(address));
                Sampled block = blocks.end(address);
                assertNotNull(block);
                blocks.bury(block);
              }
            });
    assertEquals(0, blocks.kept());
  }
}
