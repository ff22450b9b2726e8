package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.DeepScenario.Kind;

/** The scenarios of {@link StackExhaustion}. */
final class DeepScenarios {
  private static final int MIB = 1 << 20;

  private DeepScenarios() {}

  /** Returns all scenarios. */
  static List<DeepScenario> all() {
    List<DeepScenario> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      addBlocks(kind, all);
      addRemoteFrees(kind, all);
      addSegments(kind, all);
      addMoves(kind, all);
      addRest(kind, all);
    }
    addLarge(Kind.PLAIN, all);
    addLarge(Kind.LIMITED, all);
    addLarge(Kind.SHARED, all);
    all.add(refused());
    all.add(builtAndClosed());
    all.add(arenas());
    return all;
  }

  private static void addBlocks(Kind kind, List<DeepScenario> all) {
    // More than a magazine of 256 slots, or of 128 KiB, so that each way into a stash and out of it
    // is gone.
    all.add(ownBlocks(kind, 64, kind == Kind.PLAIN ? 270 : 12, true));
    all.add(ownBlocks(kind, 64, 1100, false));
    all.add(ownBlocks(kind, 4096, 36, kind == Kind.LIMITED));
    all.add(ownBlocks(kind, 32768, 6, true));
    all.add(
        kind.scenario(
            "malloc aligned, tryMalloc, calloc, callocArray",
            (deep, heap) -> {
              long[] a = deep.take(3, _ -> heap.malloc(100, 1024));
              long[] b = deep.take(3, _ -> heap.tryMalloc(10, 64));
              long[] c = deep.take(3, _ -> heap.calloc(200));
              long[] d = deep.take(3, _ -> heap.calloc(5000, 512));
              long[] e = deep.take(3, _ -> heap.callocArray(10, 30));
              for (long[] blocks : List.of(a, b, c, d, e)) {
                deep.end(blocks, i -> free(heap, blocks[i]));
              }
            }));
  }

  private static DeepScenario ownBlocks(Kind kind, int byteSize, int count, boolean inBuild) {
    return kind.scenario(
        "malloc and free of " + count + " own blocks of " + byteSize,
        (deep, heap) -> {
          long[] blocks = deep.take(count, _ -> heap.malloc(byteSize));
          deep.end(blocks, i -> free(heap, blocks[i]));
        },
        inBuild);
  }

  private static void addRemoteFrees(Kind kind, List<DeepScenario> all) {
    all.add(remoteFrees(kind, 64, 63, 3));
    all.add(remoteFrees(kind, 4096, 15, 3));
    all.add(remoteFrees(kind, 32768, 1, 2));
    all.add(
        kind.scenario(
            "free of a dead thread's 64",
            (deep, heap) -> {
              long[] blocks = deep.nowLive(DeepCalls.inDead(() -> deep.some(3, 64)));
              deep.end(blocks, i -> free(heap, blocks[i]));
            }));
    all.add(
        kind.scenario(
            "free of blocks of several threads",
            (deep, heap) -> {
              long[] a = deep.nowLive(deep.inMate(() -> deep.some(2, 200)));
              long[] b = deep.nowLive(DeepCalls.inDead(() -> deep.some(2, 200)));
              long[] c = deep.nowLive(deep.some(2, 200));
              long[] mixed = {a[0], b[0], c[0], a[1], b[1], c[1]};
              deep.end(mixed, i -> free(heap, mixed[i]));
            }));
  }

  private static DeepScenario remoteFrees(Kind kind, int byteSize, int before, int count) {
    return kind.scenario(
        "free of another live thread's " + byteSize,
        (deep, heap) -> {
          long[] first = deep.inMate(() -> deep.some(before, byteSize));
          long[] blocks = deep.nowLive(deep.inMate(() -> deep.some(count, byteSize)));
          for (long block : first) {
            heap.free(block);
          }
          // One of them completes a chain, the next one begins one.
          deep.end(blocks, i -> free(heap, blocks[i]));
        });
  }

  private static void addSegments(Kind kind, List<DeepScenario> all) {
    all.add(
        kind.scenario(
            "allocate, reallocate and free of segments",
            (deep, heap) -> {
              long[] blocks = deep.take(3, _ -> heap.allocate(48, 8).address());
              long[] same =
                  deep.move(blocks, i -> heap.reallocate(segment(blocks[i]), 60).address());
              long[] moved = deep.move(same, i -> heap.reallocate(segment(same[i]), 300).address());
              deep.end(
                  moved,
                  i -> {
                    heap.free(segment(moved[i]));
                    return 0;
                  });
            }));
  }

  private static MemorySegment segment(long address) {
    return MemorySegment.ofAddress(address);
  }

  private static void addMoves(Kind kind, List<DeepScenario> all) {
    all.add(
        kind.scenario(
            "realloc in place, to a larger slot, to a grower, to an alignment",
            (deep, heap) -> {
              long[] blocks = deep.take(3, i -> heap.realloc(0, 100 + i));
              long[] same = deep.move(blocks, i -> heap.realloc(blocks[i], 128));
              long[] moved = deep.move(same, i -> heap.realloc(same[i], 1000));
              long[] grown = deep.move(moved, i -> heap.realloc(moved[i], 10_000));
              long[] aligned = deep.move(grown, i -> heap.realloc(grown[i], 10_000, 1 << 15));
              deep.end(aligned, i -> free(heap, aligned[i]));
            }));
    all.add(
        kind.scenario(
            "realloc of another live thread's block",
            (deep, heap) -> {
              long[] blocks = deep.nowLive(deep.inMate(() -> deep.some(3, 30)));
              long[] moved = deep.move(blocks, i -> heap.realloc(blocks[i], 500));
              deep.end(moved, i -> free(heap, moved[i]));
            }));
  }

  private static void addRest(Kind kind, List<DeepScenario> all) {
    all.add(
        kind.scenario(
            "usableSize and owns",
            (deep, heap) -> {
              long[] own = deep.nowLive(deep.some(2, 64));
              long[] other = deep.nowLive(deep.inMate(() -> deep.some(2, 64)));
              deep.ask(2, i -> heap.usableSize(own[i]) == 64);
              deep.ask(2, i -> heap.usableSize(other[i]) == 64);
              deep.ask(2, i -> heap.owns(own[i]) && heap.owns(other[i]));
              deep.ask(2, i -> !heap.owns(own[i] + 1) && !heap.owns(0));
              deep.end(own, i -> free(heap, own[i]));
              deep.end(other, i -> free(heap, other[i]));
            }));
    all.add(
        kind.scenario(
            "stats and trim",
            (deep, heap) -> {
              long[] kept = deep.nowLive(deep.some(3, 64));
              for (long block : deep.some(70, 64)) {
                heap.free(block);
              }
              for (long block : deep.inMate(() -> deep.some(20, 300))) {
                heap.free(block);
              }
              for (long block : DeepCalls.inDead(() -> deep.some(9, 20_000))) {
                heap.free(block);
              }
              deep.ask(1, _ -> heap.stats().liveBlocks() == 3);
              deep.ask(1, _ -> heap.trim() >= 0);
              deep.ask(1, _ -> heap.trim() >= 0);
              deep.end(kept, i -> free(heap, kept[i]));
            },
            kind == Kind.PLAIN));
  }

  private static void addLarge(Kind kind, List<DeepScenario> all) {
    all.add(
        kind.scenario(
            "malloc, calloc, realloc and free of 1 MiB and more",
            (deep, heap) -> {
              long[] blocks = deep.take(2, _ -> heap.malloc(MIB));
              long[] zeroed = deep.take(1, _ -> heap.calloc(2 * MIB));
              long[] other = deep.nowLive(deep.inMate(() -> deep.some(2, MIB)));
              long[] moved = deep.move(blocks, i -> heap.realloc(blocks[i], 2 * MIB));
              deep.end(moved, i -> free(heap, moved[i]));
              deep.end(zeroed, i -> free(heap, zeroed[i]));
              deep.end(other, i -> free(heap, other[i]));
            }));
  }

  /** Calls that find nothing left, which is found out by looking everywhere. */
  private static DeepScenario refused() {
    return new DeepScenario(
        "FULL: refused malloc, tryMalloc, calloc and realloc",
        SmallHeap::open,
        (deep, heap) -> {
          long[] all =
              SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS).stream()
                  .mapToLong(Long::longValue)
                  .toArray();
          deep.nowLive(all);
        },
        (deep, heap) -> {
          long[] small = deep.nowLive(deep.some(1, 64));
          deep.ask(2, _ -> heap.tryMalloc(32768, 1) == 0);
          deep.ask(2, _ -> isRefused(() -> heap.malloc(32768)));
          deep.ask(2, _ -> isRefused(() -> heap.calloc(32768)));
          deep.ask(2, _ -> isRefused(() -> heap.realloc(small[0], 32768)));
          deep.ask(2, _ -> isRefused(() -> heap.malloc(1L << 40)));
          deep.end(small, i -> free(heap, small[i]));
        },
        true);
  }

  /** Regions of 16 TiB: a few that are not given back, and the next one is smaller. */
  private static DeepScenario builtAndClosed() {
    return new DeepScenario(
        "NEW: build, first malloc, close",
        SmallHeap::open,
        (_, _) -> {},
        (deep, _) -> {
          Smalloc[] made = new Smalloc[1];
          long[] block = new long[1];
          deep.ask(1, _ -> (made[0] = Smalloc.create()) != null);
          deep.ask(1, _ -> (block[0] = made[0].malloc(100)) != 0);
          if (made[0].stats().refusedBits() != 0 || made[0].stats().liveBlocks() != 1) {
            throw new AssertionError(made[0].stats().toString());
          }
          deep.ask(
              1,
              _ -> {
                made[0].close();
                return true;
              });
          deep.ask(1, _ -> isClosed(made[0]));
        },
        true);
  }

  /** An arena that was refused leaves nothing behind that keeps its heap from being closed. */
  private static DeepScenario arenas() {
    return new DeepScenario(
        "NEW: arenas",
        SmallHeap::open,
        (_, _) -> {},
        (deep, heap) -> {
          Arena[] made = new Arena[1];
          deep.ask(1, _ -> (made[0] = heap.confinedArena()) != null);
          made[0].close();
        },
        true);
  }

  private static boolean isClosed(Smalloc heap) {
    try {
      heap.malloc(8);
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  private static boolean isRefused(Runnable call) {
    try {
      call.run();
      return false;
    } catch (OutOfMemoryError refused) {
      return true;
    }
  }

  private static long free(Smalloc heap, long block) {
    heap.free(block);
    return 0;
  }
}
