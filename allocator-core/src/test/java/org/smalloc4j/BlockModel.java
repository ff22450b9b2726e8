package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What the live blocks of an allocator have to be: a map of their address ranges, no two of which
 * may overlap, and the pattern that each one carries.
 */
public final class BlockModel {
  private static final long PATTERN_ON_WHOLE_SLOT = 8192;

  private final Allocator allocator;
  private final TreeMap<Long, Long> ends = new TreeMap<>();
  private final List<Block> blocks = new ArrayList<>();
  private long liveBytes;

  /** Creates a model without blocks. */
  public BlockModel(Allocator allocator) {
    this.allocator = allocator;
  }

  /** Takes in a block that the allocator returned, and writes a pattern to it. */
  public void add(long address, long byteSize, long seed) {
    long usable = allocator.usableSize(address);
    assertTrue(usable >= byteSize, () -> "usableSize " + usable + " of a block of " + byteSize);
    assertTrue(allocator.owns(address), "an allocator owns what it returns");
    claim(address, address + Math.max(usable, 1));
    liveBytes += usable;
    long patternBytes = usable <= PATTERN_ON_WHOLE_SLOT ? usable : byteSize;
    blocks.add(Block.write(address, patternBytes, seed));
  }

  private void claim(long start, long end) {
    Map.Entry<Long, Long> before = ends.lowerEntry(end);
    if (before != null && before.getValue() > start) {
      fail(
          String.format(
              Locale.ROOT,
              "blocks overlap: 0x%x to 0x%x, and 0x%x to 0x%x",
              start,
              end,
              before.getKey(),
              before.getValue()));
    }
    ends.put(start, end);
  }

  /** Takes out a block, after a check of its pattern; it is the caller's to free or to move. */
  public Block remove(RandomGenerator random) {
    Collections.swap(blocks, random.nextInt(blocks.size()), blocks.size() - 1);
    Block block = blocks.removeLast();
    block.check();
    liveBytes -= ends.remove(block.address()) - block.address();
    return block;
  }

  /** Returns the number of live blocks. */
  public int size() {
    return blocks.size();
  }

  /** Returns the addresses of the live blocks. */
  public Collection<Long> addresses() {
    return ends.keySet();
  }

  /** Fails unless every pattern is whole and the allocator's figures are the model's. */
  public void check() {
    blocks.forEach(Block::check);
    AllocatorStats stats = allocator.stats();
    assertEquals(blocks.size(), stats.liveBlocks(), "liveBlocks");
    assertEquals(liveBytes, stats.liveBytes(), "liveBytes");
  }

  /** Checks and frees every block, in random order. */
  public void freeAll(RandomGenerator random) {
    while (!blocks.isEmpty()) {
      allocator.free(remove(random).address());
    }
  }
}
