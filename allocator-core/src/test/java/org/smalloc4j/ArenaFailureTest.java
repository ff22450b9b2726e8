package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Errors in the middle of an arena's calls: nothing is lost, nothing is freed twice. */
@ExtendWith(OutOfMemoryFails.class)
class ArenaFailureTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void aFullJavaHeapLosesNothingAndFreesNothingTwice() throws Exception {
    for (String collector : List.of("-XX:+UseSerialGC", "-XX:+UseG1GC")) {
      ChildJvm.Result result =
          new ChildJvm(directory)
              .options("-Xmx16m", collector)
              .run(ChildPrograms.ARENA_WITH_FULL_JAVA_HEAP);
      assertEquals("refused", result.succeeded().output());
    }
  }

  @Test
  void aStackThatEndsLosesNothingAndFreesNothingTwice() throws InterruptedException {
    for (boolean confined : new boolean[] {true, false}) {
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      Runnable run =
          () -> {
            try {
              overflowEverywhere(confined);
            } catch (Throwable t) {
              failure.set(t);
            }
          };
      Thread thread = new Thread(null, run, "shallow", 200_000);
      thread.start();
      thread.join();
      assertNull(failure.get());
    }
  }

  private static void overflowEverywhere(boolean confined) {
    try (Smalloc heap = Smalloc.builder().ownedSlabs(false).build()) {
      Allocator probing = new ProbesTheStack(heap);
      HeapArena arena = confined ? probing.confinedArena() : probing.sharedArena();
      List<MemorySegment> live = new ArrayList<>();
      List<MemorySegment> made = new ArrayList<>(1);
      for (int i = 0; i < 100; i++) {
        live.add(arena.allocate(64, 8)); // loads what it needs
        arena.free(live.removeFirst());
        made.clear();
      }
      int overflows = 0;
      for (int depth = 100; overflows < 200; depth++) {
        made.clear();
        try {
          at(depth, () -> made.add(arena.allocate(64, 8)));
          live.add(made.getFirst());
          overflows = 0;
        } catch (StackOverflowError tooDeep) {
          overflows++;
        }
        assertEquals(live.size(), arena.liveBlocks(), "at depth " + depth);
      }
      arena.close();
      assertEquals(0, heap.stats().liveBlocks());
    }
  }

  /** Overflows before it changes anything, as an allocator has to. */
  private static final class ProbesTheStack extends WrappedAllocator {
    ProbesTheStack(Allocator inner) {
      super(inner);
    }

    @Override
    public long malloc(long byteSize, long byteAlignment) {
      at(200, () -> {});
      return super.malloc(byteSize, byteAlignment);
    }

    @Override
    public long tryMalloc(long byteSize, long byteAlignment) {
      at(200, () -> {});
      return super.tryMalloc(byteSize, byteAlignment);
    }

    @Override
    public long calloc(long byteSize, long byteAlignment) {
      at(200, () -> {});
      return super.calloc(byteSize, byteAlignment);
    }

    @Override
    public void free(long address) {
      at(200, () -> {});
      super.free(address);
    }
  }

  private static void at(int depth, Runnable action) {
    if (depth <= 0) {
      action.run();
    } else {
      at(depth - 1, action);
    }
  }
}
