package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Smalloc;

/** Both ways to find a slab give the same answers, in different numbers of steps. */
class OwnerSearchTest {
  private final Smalloc large = Smalloc.builder().name("large").regionBits(34).build();
  private final SpinLockSlabAllocator linear = build(OwnerSearch.LINEAR);
  private final SpinLockSlabAllocator arithmetic = build(OwnerSearch.ARITHMETIC);

  private SpinLockSlabAllocator build(OwnerSearch search) {
    return SpinLockSlabAllocator.builder()
        .ownerSearch(search)
        .reclaim(true)
        .fallback(large)
        .build();
  }

  @AfterEach
  void close() {
    linear.close();
    arithmetic.close();
    large.close();
  }

  private record Pair(long inLinear, long inArithmetic) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRandomSeriesOfCallsHasTheSameAnswers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Pair> live = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      boolean grows = step / 4000 % 2 == 0;
      if (live.isEmpty() || random.nextInt(10) < (grows ? 7 : 3)) {
        long byteSize = random.nextLong(1L << random.nextInt(4, 13));
        live.add(new Pair(linear.malloc(byteSize), arithmetic.malloc(byteSize)));
      } else {
        Collections.swap(live, random.nextInt(live.size()), live.size() - 1);
        Pair pair = live.removeLast();
        linear.free(pair.inLinear());
        arithmetic.free(pair.inArithmetic());
      }
      if (step % 500 == 0) {
        compare(live, random);
      }
    }
    live.forEach(pair -> linear.free(pair.inLinear()));
    live.forEach(pair -> arithmetic.free(pair.inArithmetic()));
    assertEquals(0, linear.stats().liveBlocks());
    assertEquals(0, arithmetic.stats().liveBlocks());
  }

  private void compare(List<Pair> live, SplittableRandom random) {
    SlabWalk.check(linear, live.stream().map(Pair::inLinear).toList());
    SlabWalk.check(arithmetic, live.stream().map(Pair::inArithmetic).toList());
    assertEquals(linear.stats().liveBytes(), arithmetic.stats().liveBytes());
    for (Pair pair : live) {
      assertEquals(linear.usableSize(pair.inLinear()), arithmetic.usableSize(pair.inArithmetic()));
    }
    for (SpinLockSlabAllocator allocator : List.of(linear, arithmetic)) {
      Function<Pair, Long> side = allocator == linear ? Pair::inLinear : Pair::inArithmetic;
      for (Pair pair : live) {
        long inside = side.apply(pair) + 1 + random.nextInt(7);
        assertTrue(!allocator.owns(inside), "inside a block");
      }
    }
  }

  @Test
  void theLongestOperationGrowsWithTheSlabsIfTheyAreWalkedAndNotIfTheyAreLookedUp() {
    for (SpinLockSlabAllocator allocator : List.of(linear, arithmetic)) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 4 * 1000; i++) {
        live.add(allocator.malloc(1024)); // 4 to a slab
      }
      allocator.free(live.getFirst());
      live.set(0, allocator.malloc(1024));
      long steps = allocator.longestOperationSteps();
      if (allocator == linear) {
        assertEquals(999 + 4, steps, "full slabs, and the slots of a new one");
      } else {
        assertTrue(steps < 64, () -> steps + " steps");
      }
      live.forEach(allocator::free);
    }
  }
}
