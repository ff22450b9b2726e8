package org.smalloc4j.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class BlockShapeTest {
  private static MemoryLayout bytes(long byteSize, long byteAlignment) {
    return MemoryLayout.sequenceLayout(byteSize, ValueLayout.JAVA_BYTE)
        .withByteAlignment(byteAlignment);
  }

  @Test
  void theStrideIsTheSizeRoundedUpToTheAlignment() {
    assertEquals(8, BlockShape.of(ValueLayout.JAVA_LONG, 1).stride());
    assertEquals(24, BlockShape.of(bytes(24, 8), 1).stride());
    assertEquals(24, BlockShape.of(bytes(20, 8), 1).stride());
    assertEquals(64, BlockShape.of(bytes(20, 64), 1).stride());
    assertEquals(128, BlockShape.of(bytes(65, 64), 1).stride());
    assertEquals(4096, BlockShape.of(bytes(1, 4096), 1).stride());
    assertEquals(1, BlockShape.of(bytes(0, 1), 1).stride());
    assertEquals(16, BlockShape.of(bytes(0, 16), 1).stride());
  }

  @Test
  void aChunkIsAlignedToThePowerOfTwoFromItsSizeOn() {
    assertEquals(1, BlockShape.of(bytes(1, 1), 1).chunkAlignment());
    assertEquals(64, BlockShape.of(bytes(16, 1), 4).chunkAlignment());
    assertEquals(128, BlockShape.of(bytes(16, 1), 5).chunkAlignment());
    assertEquals(1L << 31, BlockShape.of(bytes(1L << 31, 1), 1).chunkAlignment());
    assertEquals(1L << 31, BlockShape.of(bytes(3, 1), 600_000_000).chunkAlignment());
  }

  @Test
  void theNumberOfABlockTakesTheBitsOfTheLargestOne() {
    assertEquals(0, BlockShape.of(bytes(1, 1), 1).indexBits());
    assertEquals(1, BlockShape.of(bytes(1, 1), 2).indexBits());
    assertEquals(2, BlockShape.of(bytes(1, 1), 3).indexBits());
    assertEquals(10, BlockShape.of(bytes(1, 1), 1024).indexBits());
    assertEquals(11, BlockShape.of(bytes(1, 1), 1025).indexBits());
  }

  @Test
  void whatDoesNotFitAChunkIsRefused() {
    refused(bytes(1L << 31, 1), 2);
    refused(bytes((1L << 31) + 1, 1), 1);
    refused(bytes(Long.MAX_VALUE, 1), 1);
    refused(bytes(1, 1L << 40), 1);
    refused(bytes(5, 4), Integer.MAX_VALUE);
    for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> BlockShape.of(bytes(1, 1), wrong));
      assertTrue(e.getMessage().contains("blocksPerChunk is " + wrong), e.getMessage());
    }
  }

  private static void refused(MemoryLayout layout, int blocksPerChunk) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> BlockShape.of(layout, blocksPerChunk));
    assertTrue(e.getMessage().contains("" + layout.byteSize()), e.getMessage());
  }
}
