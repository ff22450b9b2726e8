package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A block written to after its free, so that its link leads astray. The call that meets it throws
 * once, having taken nothing; the list is dropped and counted as lost; everything else goes on.
 */
@ExtendWith(OutOfMemoryFails.class)
class DamagedListTest {
  private static final int BLOCKS = 12;
  private static final int BYTE_SIZE = 64;

  /** Whose list it is. */
  enum Where {
    /** Freed and taken by virtual threads. */
    SHARED,
    /** Freed by another thread, taken by the owner. */
    OF_A_LIVE_OWNER,
    /** The same, but the owner has taken the list when the damage is done. */
    IN_THE_OWNERS_HANDS,
    /** Still in the chain of the thread that freed the blocks. */
    OUTBOX,
    /** Its owner died with the list in its hands. */
    OF_A_DEAD_OWNER
  }

  static Stream<Arguments> damages() {
    int self = 0; // stands for the code of the slot itself
    List<Arguments> damages = new ArrayList<>();
    for (Where where : Where.values()) {
      for (int position : new int[] {0, 1, BLOCKS / 2, BLOCKS - 1}) {
        for (int link : new int[] {-1, 0x7fff_ffff, self, 1, 3}) {
          if (where != Where.SHARED || link <= 0 || link > 3) { // else only a hardened heap notices
            damages.add(Arguments.of(where, position, link));
          }
        }
      }
    }
    return damages.stream();
  }

  private static <T> T in(ExecutorService thread, Callable<T> work) {
    try {
      return thread.submit(work).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T inNew(Thread.Builder kind, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      kind.start(task).join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static long[] some(Smalloc heap, int count) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = heap.malloc(BYTE_SIZE);
    }
    return blocks;
  }

  private static boolean freeAll(Smalloc heap, long[] blocks) {
    for (long block : blocks) {
      heap.free(block);
    }
    return true;
  }

  /** What calls did after the damage. */
  private static final class Outcome {
    int refused;
    final Set<Long> taken = new HashSet<>();

    void takeFrom(Smalloc heap, int count) {
      for (int i = 0; i < count; i++) {
        try {
          assertTrue(taken.add(heap.malloc(BYTE_SIZE)), "handed out twice");
        } catch (IllegalStateException told) {
          refused++;
        }
      }
    }

    void trim(Smalloc heap) {
      try {
        heap.trim();
      } catch (IllegalStateException told) {
        refused++;
      }
    }
  }

  private static void overwrite(long[] blocks, int position, int link, int slotsBefore) {
    long block = blocks[position];
    int own = (int) ((block >>> 6) & 0x7ff_ffff) + 1; // in a region of 2^44, slot and 1
    OffHeap.storeInt(block, link == 0 ? own : link <= 3 && link > 0 ? slotsBefore + link : link);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isReportedOnceAndCutOff(Where where, int position, int link) {
    try (Smalloc heap = Smalloc.create();
        ExecutorService owner = Executors.newSingleThreadExecutor()) {
      Outcome outcome = new Outcome();
      heap.free(heap.malloc(16));
      switch (where) {
        case SHARED -> {
          inNew(
              Thread.ofVirtual(),
              () -> {
                long[] blocks = some(heap, BLOCKS);
                freeAll(heap, blocks);
                overwrite(blocks, position, link, 0);
                outcome.takeFrom(heap, 200);
                return true;
              });
        }
        case OF_A_LIVE_OWNER, IN_THE_OWNERS_HANDS, OUTBOX -> {
          long[] blocks = in(owner, () -> some(heap, BLOCKS));
          freeAll(heap, blocks);
          if (where != Where.OUTBOX) {
            heap.trim(); // hands the chain back
          }
          if (where == Where.IN_THE_OWNERS_HANDS) {
            in(
                owner,
                () -> {
                  outcome.takeFrom(heap, 64 - BLOCKS + 1); // the run, and one of the list
                  return true;
                });
          }
          if (!outcome.taken.contains(blocks[position])) {
            overwrite(blocks, position, link, 0);
          }
          if (where == Where.OUTBOX) {
            outcome.trim(heap);
          }
          in(
              owner,
              () -> {
                outcome.takeFrom(heap, 200);
                return true;
              });
        }
        case OF_A_DEAD_OWNER -> {
          long[] blocks =
              inNew(
                  Thread.ofPlatform(),
                  () -> {
                    long[] made = some(heap, 64);
                    in(owner, () -> freeAll(heap, made));
                    in(owner, heap::trim);
                    outcome.taken.add(heap.malloc(BYTE_SIZE));
                    return made;
                  });
          long at = blocks[64 - BLOCKS + position];
          if (!outcome.taken.contains(at)) {
            overwrite(new long[] {at}, 0, link, 0);
          }
          outcome.trim(heap);
          outcome.takeFrom(heap, 200);
        }
      }
      outcome.trim(heap);
      assertTrue(outcome.refused <= 1, outcome.refused + " calls refused");
      AllocatorStats stats = heap.stats();
      assertEquals(outcome.taken.size(), stats.liveBlocks(), stats.toString());
      assertTrue(stats.lostBlocks() <= 64, stats.toString());
      outcome.taken.forEach(heap::free);
      outcome.trim(heap);
      assertEquals(0, heap.stats().liveBlocks());
      assertTrue(outcome.refused <= 1, outcome.refused + " calls refused in the end");
    }
  }
}
