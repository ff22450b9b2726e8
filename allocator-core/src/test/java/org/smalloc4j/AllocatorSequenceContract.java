package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of calls against a model: no two live blocks overlap, no byte changes. */
interface AllocatorSequenceContract extends AllocatorContract {
  /** Calls of one sequence. */
  int STEPS = 30_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  default void aRandomSequenceAgreesWithTheModel(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BlockModel model = new BlockModel(allocator());
    int step = 0;
    try {
      for (; step < STEPS; step++) {
        boolean growing = step / 2000 % 2 == 0;
        if (model.size() == 0 || random.nextInt(100) < (growing ? 65 : 25)) {
          allocate(model, random);
        } else if (random.nextInt(100) < 40) {
          resize(model, random);
        } else {
          allocator().free(model.remove(random).address());
        }
        if (step % 3000 == 0) {
          model.check();
          checkAtRest(allocator(), model.addresses());
        }
      }
      model.check();
      model.freeAll(random);
    } catch (Throwable failure) {
      throw new AssertionError("seed " + seed + ", step " + step, failure);
    }
  }

  private void allocate(BlockModel model, SplittableRandom random) {
    long byteSize = randomSize(random);
    long alignment = 1L << random.nextInt(14);
    long address =
        switch (random.nextInt(6)) {
          case 0 -> allocator().malloc(byteSize, alignment);
          case 1 -> allocator().tryMalloc(byteSize, alignment);
          case 2 -> zeroed(allocator().calloc(byteSize), byteSize);
          case 3 -> zeroed(allocator().calloc(byteSize, alignment), byteSize);
          case 4 -> allocator().allocate(byteSize, 1).address();
          default -> allocator().malloc(byteSize);
        };
    assertNotEquals(Allocator.NULL, address, () -> "block of " + byteSize);
    model.add(address, byteSize, random.nextLong());
  }

  private static long zeroed(long address, long byteSize) {
    OffHeap.assertZero(address, byteSize, "calloc(" + byteSize + ")");
    return address;
  }

  private void resize(BlockModel model, SplittableRandom random) {
    Block block = model.remove(random);
    long byteSize = randomSize(random);
    long alignment = random.nextBoolean() ? 1 : 1L << random.nextInt(14);
    long address = allocator().realloc(block.address(), byteSize, alignment);
    assertEquals(0, address & (alignment - 1), () -> "alignment " + alignment);
    block.checkMovedTo(address, Math.min(block.byteSize(), byteSize));
    model.add(address, byteSize, random.nextLong());
  }

  /** As many of each power of two as of the next, to 64 KiB. */
  private static long randomSize(SplittableRandom random) {
    return random.nextLong(1L << random.nextInt(17));
  }
}
