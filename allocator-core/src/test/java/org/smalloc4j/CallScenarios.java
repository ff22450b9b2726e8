package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.CallScenario.Kind;

/** The scenarios of {@link StackExhaustion}. */
final class CallScenarios {
  private static final int MIB = 1 << 20;

  private CallScenarios() {}

  /** Returns all scenarios. */
  static List<CallScenario> all() {
    List<CallScenario> all = new ArrayList<>();
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
    all.add(refusedAfterAsking());
    all.add(builtAndClosed());
    all.add(arenas());
    all.add(firstCalls(Kind.PLAIN));
    all.add(firstCalls(Kind.LIMITED));
    return all;
  }

  private static void addBlocks(Kind kind, List<CallScenario> all) {
    // More than a magazine of 256 slots, or of 128 KiB, so that each way into a stash and out of it
    // is gone.
    all.add(ownBlocks(kind, 64, kind == Kind.PLAIN ? 270 : 12, true));
    all.add(ownBlocks(kind, 64, 1100, false));
    all.add(ownBlocks(kind, 4096, 36, kind == Kind.LIMITED));
    all.add(ownBlocks(kind, 32768, 6, true));
    all.add(
        kind.scenario(
            "malloc aligned, tryMalloc, calloc, callocArray",
            (calls, heap) -> {
              long[] a = calls.take(3, _ -> heap.malloc(100, 1024));
              long[] b = calls.take(3, _ -> heap.tryMalloc(10, 64));
              long[] c = calls.take(3, _ -> heap.calloc(200));
              long[] d = calls.take(3, _ -> heap.calloc(5000, 512));
              long[] e = calls.take(3, _ -> heap.callocArray(10, 30));
              for (long[] blocks : List.of(a, b, c, d, e)) {
                calls.end(blocks, i -> free(heap, blocks[i]));
              }
            }));
  }

  private static CallScenario ownBlocks(Kind kind, int byteSize, int count, boolean inBuild) {
    return kind.scenario(
        "malloc and free of " + count + " own blocks of " + byteSize,
        (calls, heap) -> {
          long[] blocks = calls.take(count, _ -> heap.malloc(byteSize));
          calls.end(blocks, i -> free(heap, blocks[i]));
        },
        inBuild);
  }

  private static void addRemoteFrees(Kind kind, List<CallScenario> all) {
    all.add(remoteFrees(kind, 64, 63, 3));
    all.add(remoteFrees(kind, 4096, 15, 3));
    all.add(remoteFrees(kind, 32768, 1, 2));
    all.add(
        kind.scenario(
            "free of a dead thread's 64",
            (calls, heap) -> {
              long[] blocks = calls.nowLive(ModelledCalls.inDead(() -> calls.some(3, 64)));
              calls.end(blocks, i -> free(heap, blocks[i]));
            }));
    all.add(
        kind.scenario(
            "free of blocks of several threads",
            (calls, heap) -> {
              long[] a = calls.nowLive(calls.inMate(() -> calls.some(2, 200)));
              long[] b = calls.nowLive(ModelledCalls.inDead(() -> calls.some(2, 200)));
              long[] c = calls.nowLive(calls.some(2, 200));
              long[] mixed = {a[0], b[0], c[0], a[1], b[1], c[1]};
              calls.end(mixed, i -> free(heap, mixed[i]));
            }));
  }

  private static CallScenario remoteFrees(Kind kind, int byteSize, int before, int count) {
    return kind.scenario(
        "free of another live thread's " + byteSize,
        (calls, heap) -> {
          long[] first = calls.inMate(() -> calls.some(before, byteSize));
          long[] blocks = calls.nowLive(calls.inMate(() -> calls.some(count, byteSize)));
          for (long block : first) {
            heap.free(block);
          }
          // One of them completes a chain, the next one begins one.
          calls.end(blocks, i -> free(heap, blocks[i]));
        });
  }

  private static void addSegments(Kind kind, List<CallScenario> all) {
    all.add(
        kind.givingObjects(
            "allocate, reallocate and free of segments",
            (calls, heap) -> {
              long[] blocks = calls.take(3, _ -> heap.allocate(48, 8).address());
              long[] same =
                  calls.move(blocks, i -> heap.reallocate(segment(blocks[i]), 60).address());
              long[] moved =
                  calls.move(same, i -> heap.reallocate(segment(same[i]), 300).address());
              calls.end(
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

  private static void addMoves(Kind kind, List<CallScenario> all) {
    all.add(
        kind.scenario(
            "realloc in place, to a larger slot, to an alignment, to a smaller slot",
            (calls, heap) -> {
              long[] blocks = calls.take(3, i -> heap.realloc(0, 100 + i));
              long[] same = calls.move(blocks, i -> heap.realloc(blocks[i], 128));
              long[] moved = calls.move(same, i -> heap.realloc(same[i], 1000));
              long[] grown = calls.move(moved, i -> heap.realloc(moved[i], 10_000));
              long[] aligned = calls.move(grown, i -> heap.realloc(grown[i], 10_000, 1 << 15));
              long[] shrunk = calls.move(aligned, i -> heap.realloc(aligned[i], 100));
              calls.end(shrunk, i -> free(heap, shrunk[i]));
            }));
    all.add(
        kind.scenario(
            "realloc of another live thread's block",
            (calls, heap) -> {
              long[] blocks = calls.nowLive(calls.inMate(() -> calls.some(3, 30)));
              long[] moved = calls.move(blocks, i -> heap.realloc(blocks[i], 500));
              calls.end(moved, i -> free(heap, moved[i]));
            }));
  }

  private static void addRest(Kind kind, List<CallScenario> all) {
    all.add(
        kind.scenario(
            "usableSize and owns",
            (calls, heap) -> {
              long[] own = calls.nowLive(calls.some(2, 64));
              long[] other = calls.nowLive(calls.inMate(() -> calls.some(2, 64)));
              calls.ask(2, i -> heap.usableSize(own[i]) == 64);
              calls.ask(2, i -> heap.usableSize(other[i]) == 64);
              calls.ask(2, i -> heap.owns(own[i]) && heap.owns(other[i]));
              calls.ask(2, i -> !heap.owns(own[i] + 1) && !heap.owns(0));
              calls.end(own, i -> free(heap, own[i]));
              calls.end(other, i -> free(heap, other[i]));
            }));
    if (kind == Kind.PLAIN) {
      all.add(
          kind.givingObjects(
              "stats",
              (calls, heap) -> {
                long[] kept = calls.nowLive(calls.some(3, 64));
                calls.ask(1, _ -> heap.stats().liveBlocks() == 3);
                calls.end(kept, i -> free(heap, kept[i]));
              }));
    }
    all.add(
        kind.scenario(
            "close",
            (calls, _) -> {
              Smalloc closed = SmallHeap.open();
              closed.free(closed.malloc(100));
              calls.ask(
                  1,
                  _ -> {
                    closed.close();
                    return true;
                  });
            },
            kind == Kind.PLAIN));
    if (kind == Kind.PLAIN) {
      all.add(
          kind.givingObjects(
              "tick of a heap that trims by the clock",
              (calls, heap) -> {
                long[] kept = calls.nowLive(calls.some(3, 64));
                for (long block : calls.some(70, 64)) {
                  heap.free(block);
                }
                for (long block : ModelledCalls.inDead(() -> calls.some(9, 20_000))) {
                  heap.free(block);
                }
                calls.ask(3, _ -> heap.tick());
                calls.end(kept, i -> free(heap, kept[i]));
              }));
    }
    all.add(
        kind.scenario(
            "trim", (calls, heap) -> trimWithFreed(calls, heap, new long[0]), kind == Kind.PLAIN));
    // A trace of the waiting thread's stack is on the Java heap.
    all.add(
        kind.givingObjects(
            "trim beside a waiting thread",
            (calls, heap) -> trimWithFreed(calls, heap, calls.inMate(() -> calls.some(20, 300)))));
  }

  private static void trimWithFreed(ModelledCalls calls, Smalloc heap, long[] others) {
    long[] kept = calls.nowLive(calls.some(3, 64));
    for (long block : calls.some(70, 64)) {
      heap.free(block);
    }
    for (long block : others) {
      heap.free(block);
    }
    for (long block : ModelledCalls.inDead(() -> calls.some(9, 20_000))) {
      heap.free(block);
    }
    calls.ask(1, _ -> heap.trim() >= 0);
    calls.ask(1, _ -> heap.trim() >= 0);
    calls.end(kept, i -> free(heap, kept[i]));
  }

  private static void addLarge(Kind kind, List<CallScenario> all) {
    all.add(
        kind.scenario(
            "malloc, calloc, realloc and free of 1 MiB and more",
            (calls, heap) -> {
              long[] blocks = calls.take(2, _ -> heap.malloc(MIB));
              long[] zeroed = calls.take(1, _ -> heap.calloc(2 * MIB));
              long[] other = calls.nowLive(calls.inMate(() -> calls.some(2, MIB)));
              long[] moved = calls.move(blocks, i -> heap.realloc(blocks[i], 2 * MIB));
              calls.end(moved, i -> free(heap, moved[i]));
              calls.end(zeroed, i -> free(heap, zeroed[i]));
              calls.end(other, i -> free(heap, other[i]));
            }));
    all.add(
        kind.scenario(
            "realloc, free and calloc that give memory back",
            (calls, heap) -> {
              long kept = kind == Kind.LIMITED ? MIB + 1 : 9 * MIB; // moves, stays
              long[] huge = calls.take(2, _ -> heap.malloc(64 * MIB));
              long[] shrunk = calls.move(huge, i -> heap.realloc(huge[i], kept));
              calls.end(shrunk, i -> free(heap, shrunk[i]));
              long[] zeroed = calls.take(2, _ -> heap.calloc(64 * MIB));
              calls.end(zeroed, i -> free(heap, zeroed[i]));
            }));
  }

  /** Calls that find nothing left, which is found out by looking everywhere. */
  private static CallScenario refused() {
    return new CallScenario(
        "FULL: refused malloc, tryMalloc, calloc and realloc",
        SmallHeap::open,
        (calls, heap) -> {
          long[] all =
              SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS).stream()
                  .mapToLong(Long::longValue)
                  .toArray();
          calls.nowLive(all);
        },
        (calls, heap) -> {
          long[] small = calls.nowLive(calls.some(1, 64));
          calls.ask(2, _ -> heap.tryMalloc(32768, 1) == 0);
          calls.ask(2, _ -> isRefused(() -> heap.malloc(32768)));
          calls.ask(2, _ -> isRefused(() -> heap.calloc(32768)));
          calls.ask(2, _ -> isRefused(() -> heap.realloc(small[0], 32768)));
          calls.ask(2, _ -> isRefused(() -> heap.malloc(1L << 40)));
          calls.end(small, i -> free(heap, small[i]));
        },
        true,
        true);
  }

  /** Of a heap whose handler says that something was freed, which is not so. */
  private static CallScenario refusedAfterAsking() {
    long[] asked = new long[1];
    return new CallScenario(
        "ASKING: refused malloc, calloc and realloc",
        () -> Smalloc.builder().maxBytes(1 << 20).onExhaustion(_ -> asked[0]++ >= 0).build(),
        (calls, heap) ->
            calls.nowLive(
                SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS).stream()
                    .mapToLong(Long::longValue)
                    .toArray()),
        (calls, heap) -> {
          long[] before = {asked[0]};
          calls.ask(2, _ -> isRefused(() -> heap.malloc(32768)) && asked[0] > before[0]++);
          calls.ask(2, _ -> isRefused(() -> heap.calloc(32768)));
          calls.ask(2, _ -> isRefused(() -> heap.malloc(8)));
        },
        true,
        true);
  }

  /** Regions of 16 TiB: a few that are not given back, and the next one is smaller. */
  private static CallScenario builtAndClosed() {
    return new CallScenario(
        "NEW: build, first malloc, close",
        SmallHeap::open,
        (_, _) -> {},
        (calls, _) -> {
          Smalloc[] made = new Smalloc[1];
          long[] block = new long[1];
          calls.ask(1, _ -> (made[0] = Smalloc.create()) != null);
          calls.ask(1, _ -> (block[0] = made[0].malloc(100)) != 0);
          if (made[0].stats().refusedBits() != 0 || made[0].stats().liveBlocks() != 1) {
            throw new AssertionError(made[0].stats().toString());
          }
          calls.ask(
              1,
              _ -> {
                made[0].close();
                return true;
              });
          calls.ask(1, _ -> isClosed(made[0]));
        },
        true,
        true);
  }

  /** An arena that was refused leaves nothing behind that keeps its heap from being closed. */
  private static CallScenario arenas() {
    return new CallScenario(
        "NEW: arenas",
        SmallHeap::open,
        (_, _) -> {},
        (calls, heap) -> {
          Arena[] made = new Arena[1];
          calls.ask(1, _ -> (made[0] = heap.confinedArena()) != null);
          made[0].close();
        },
        true,
        true);
  }

  /** Of threads that own no slab yet, and perhaps get none. */
  private static CallScenario firstCalls(Kind kind) {
    return kind.scenario(
        "the first malloc and the first free of a thread",
        (calls, heap) -> {
          Standby taker = new Standby(() -> heap.malloc(64));
          long[] block = calls.take(1, _ -> taker.call());
          Standby freer = new Standby(() -> free(heap, block[0]));
          calls.end(block, _ -> freer.call());
          taker.end();
          freer.end();
        });
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
