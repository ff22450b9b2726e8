package org.smalloc4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.slab.InvariantWalk;

/**
 * A program for a JVM with a small Java heap: fills it, leaves a little, and makes each of {@link
 * HungryCall} once. One that ended has done all it does, one that ended with an {@link
 * OutOfMemoryError} nothing; that one is made again when there is room, and ends then. Prints how
 * many calls there were and how many were refused; exits with 1 if something was not as it has to
 * be.
 */
final class JavaHeapExhaustion {
  /** Bytes of the Java heap that are left, as the length of an array that was there before. */
  private static final int[] ROOM = {-1, 0, 40, 100, 300, 2000};

  /** The same for a heap that is built, which takes some hundred KiB. */
  private static final int[] ROOM_TO_BUILD = {
    -1, 100, 1000, 5000, 20_000, 80_000, 140_000, 200_000, 260_000, 1 << 20
  };

  private static final int WITHOUT_END = Integer.MAX_VALUE;
  private static final long LIMIT = 16 << 20;
  private static final int PIECE = 64 << 10;
  private static final long MARK = 0x5ca1_ab1e_0000L;

  private static long calls;
  private static long refused;
  private static long walks;

  private JavaHeapExhaustion() {}

  /** Runs the program. */
  public static void main(String[] arguments) throws Exception {
    List<Supplier<Smalloc>> kinds =
        List.of(
            Smalloc::create,
            () -> Smalloc.builder().maxBytes(LIMIT).build(),
            () -> Smalloc.builder().ownedSlabs(false).build());
    build(WITHOUT_END);
    long reservedBefore = reservedTib();
    try (ExecutorService mate = Executors.newSingleThreadExecutor()) {
      for (Supplier<Smalloc> kind : kinds) {
        try (Smalloc heap = kind.get()) {
          series(heap, mate, WITHOUT_END); // the JVM links a call at its first time
          series(heap, mate, WITHOUT_END);
          for (int bytes : ROOM) {
            series(heap, mate, bytes);
          }
          checkAllIsToBeHad(heap, mate);
        }
      }
    }
    for (int bytes : ROOM_TO_BUILD) {
      build(bytes);
    }
    check(reservedTib() == reservedBefore, "addresses are left behind");
    System.out.print(calls + " calls, " + refused + " refused, " + walks + " walks");
  }

  /** Makes each call once while the Java heap is full, and those that were refused once more. */
  private static void series(Smalloc heap, ExecutorService mate, int room) throws Exception {
    HungryCall[] all = HungryCall.values();
    HungryCall.Before[] states = new HungryCall.Before[all.length];
    @Nullable Throwable[] thrown = new Throwable[all.length];
    for (HungryCall call : all) {
      states[call.ordinal()] = before(call, heap, mate);
    }
    List<Long> addressesBefore = Stream.of(states).map(state -> state.block).toList();
    if (room != WITHOUT_END) {
      FullJavaHeap.fill(room);
    }
    for (int i = 0; i < all.length; i++) {
      try {
        all[i].make(states[i]);
      } catch (Throwable t) {
        thrown[i] = t;
      }
    }
    FullJavaHeap.empty();
    calls += all.length;
    for (int i = 0; i < all.length; i++) {
      if (thrown[i] != null) {
        String what = all[i] + ", room for " + room;
        check(thrown[i] instanceof OutOfMemoryError, what + ": " + thrown[i]);
        check(all[i].needsJavaHeap(), what + " needs Java heap");
        check(states[i].block == addressesBefore.get(i), what + " has changed the block");
        refused++;
      }
    }
    compare(heap, states, room);
    for (int i = 0; i < all.length; i++) {
      if (thrown[i] != null) {
        openArena(all[i], states[i]);
        all[i].make(states[i]);
      }
    }
    compare(heap, states, room);
    for (HungryCall.Before state : states) {
      heap.free(state.block);
      if (state.thread != null) {
        state.thread.end();
      }
    }
    check(heap.stats().liveBlocks() == 0, "live blocks in the end, room for " + room);
  }

  private static HungryCall.Before before(HungryCall call, Smalloc heap, ExecutorService mate)
      throws Exception {
    long byteSize = call.byteSize();
    long block = 0;
    if (byteSize > 0) {
      block =
          call.source() == HungryCall.Source.MATE
              ? mate.submit(() -> heap.malloc(byteSize)).get()
              : heap.malloc(byteSize);
      OffHeap.storeLong(block, MARK + call.ordinal());
    }
    HungryCall.Before before = new HungryCall.Before(heap, block);
    openArena(call, before);
    if (call.source() == HungryCall.Source.HEAP) {
      Smalloc other = Smalloc.create();
      other.free(other.malloc(100));
      before.other = other;
    }
    if (call.source() == HungryCall.Source.NEW_THREAD) {
      before.thread = new Standby(() -> inNewThread(heap, before));
    }
    return before;
  }

  private static void openArena(HungryCall call, HungryCall.Before before) {
    if (call.source() == HungryCall.Source.CONFINED) {
      before.arena = before.heap.confinedArena();
    } else if (call.source() == HungryCall.Source.SHARED) {
      before.arena = before.heap.sharedArena();
    }
  }

  private static long inNewThread(Smalloc heap, HungryCall.Before before) {
    if (before.block == 0) {
      return heap.malloc(100);
    }
    heap.free(before.block);
    return 0;
  }

  /** Compares the heap with what is live, after the arenas were closed and so the heap's blocks. */
  private static void compare(Smalloc heap, HungryCall.Before[] states, int room) {
    Set<Long> live = new HashSet<>();
    for (int i = 0; i < states.length; i++) {
      HungryCall.Before state = states[i];
      if (state.arena != null) {
        state.arena.close();
        state.arena = null;
      }
      if (state.block != 0) {
        String what = HungryCall.values()[i] + ", room for " + room;
        check(live.add(state.block), what + ": handed out twice");
        check(
            HungryCall.values()[i].byteSize() == 0 || OffHeap.loadLong(state.block) == MARK + i,
            what + ": contents");
      }
    }
    check(heap.stats().liveBlocks() == live.size(), "live blocks, room for " + room);
    InvariantWalk.check(heap.heap(), live);
    walks++;
  }

  /** Fails unless all bytes of a limit can be allocated. */
  private static void checkAllIsToBeHad(Smalloc heap, ExecutorService mate) throws Exception {
    if (heap.stats().limitBytes() != LIMIT) {
      return;
    }
    mate.submit(heap::trim).get();
    heap.trim();
    int pieces = 0;
    while (heap.tryMalloc(PIECE, 1) != 0) {
      pieces++;
    }
    check(pieces == LIMIT / PIECE, pieces + " pieces of the limit are to be had");
  }

  /** Builds a heap while the Java heap is full; one that was built works. */
  private static void build(int room) {
    Smalloc built = null;
    Throwable thrown = null;
    if (room != WITHOUT_END) {
      FullJavaHeap.fill(room);
    }
    try {
      built = Smalloc.create();
    } catch (Throwable t) {
      thrown = t;
    }
    FullJavaHeap.empty();
    calls++;
    if (built != null) {
      built.malloc(100);
      check(built.stats().liveBlocks() == 1, "a heap that was built, room for " + room);
      built.close();
    } else {
      refused++;
      check(thrown instanceof OutOfMemoryError, "build, room for " + room + ": " + thrown);
    }
  }

  /** Returns the addresses of the process in TiB; a heap has 16. */
  private static long reservedTib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmSize")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 30;
      }
    }
    throw new AssertionError("no VmSize");
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
