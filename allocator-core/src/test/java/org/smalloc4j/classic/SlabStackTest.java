package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls at the end of the stack have done all they do, or nothing, and give the lock back. */
@Timeout(60)
class SlabStackTest {
  private static final int MOST = 100_000;
  private static final int ROUNDS = 20;
  private static final long STACK_BYTES = 1 << 18;

  private final long[] live = new long[MOST];
  private int count;
  private int overflows;
  private int level;

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void aCallThatMeetsTheEndOfTheStackHasChangedNothing(OwnerSearch search) throws Exception {
    try (SpinLockSlabAllocator allocator =
        SpinLockSlabAllocator.builder().ownerSearch(search).reclaim(true).build()) {
      callsWithRoom(allocator);
      for (int round = 0; round < ROUNDS; round++) {
        FutureTask<Void> deep = new FutureTask<>(() -> descend(allocator), null);
        Thread thread = new Thread(null, deep, "deep", STACK_BYTES);
        thread.start();
        thread.join();
        deep.get();
        List<Long> addresses = new ArrayList<>();
        Arrays.stream(live, 0, count).forEach(addresses::add);
        SlabWalk.check(allocator, addresses);
      }
      assertTrue(overflows > 0, "some calls met the end");
      while (count > 0) {
        allocator.free(live[--count]);
      }
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  /** Loads the classes: one whose initialiser meets the end of the stack is lost for good. */
  private static void callsWithRoom(SpinLockSlabAllocator allocator) {
    for (int byteSize : new int[] {64, 1024, 2000}) {
      long p = allocator.realloc(allocator.malloc(byteSize), 2 * byteSize);
      allocator.free(allocator.calloc(byteSize));
      allocator.free(p);
    }
  }

  private void descend(SpinLockSlabAllocator allocator) {
    try {
      descend(allocator);
    } catch (StackOverflowError end) {
      overflows++;
    }
    call(allocator);
  }

  private void call(SpinLockSlabAllocator allocator) {
    try {
      level++;
      if (level % 3 == 0 && count > 0) {
        allocator.free(live[count - 1]);
        count--;
      } else if (count < MOST) {
        live[count] = allocator.malloc(level % 5 == 0 ? 2000 : 64L << (level & 3));
        count++;
      }
    } catch (StackOverflowError end) {
      overflows++;
    }
  }
}
