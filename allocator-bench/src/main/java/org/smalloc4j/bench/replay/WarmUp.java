package org.smalloc4j.bench.replay;

import java.util.Random;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceFormat;

/**
 * A small made-up trace, played until the JIT compiler has done its work.
 *
 * <p>It runs before memory is measured, so that the compiler's own memory does not count. It keeps
 * few small blocks live, so that the allocator starts the measurement almost empty.
 */
final class WarmUp {

  private static final int EVENTS = 4_000;
  private static final int LIVE = 64;
  private static final int MAX_SIZE = 512;
  private static final long NANOS = 400_000_000;
  private static final int MAX_PASSES = 500;

  private WarmUp() {}

  static void run(ReplayTarget target, int ids) {
    int slots = Math.min(LIVE, ids);
    if (slots == 0) {
      return;
    }
    var player = new Player(script(slots), target, new BlockTable(slots));
    long start = System.nanoTime();
    for (int pass = 0; pass < MAX_PASSES && System.nanoTime() - start < NANOS; pass++) {
      player.play(pass, pass % 2 == 0 ? new LiveBytes() : null);
      player.freeSurvivors(pass);
    }
  }

  /** Ids are used again after a free, which a recorded trace never does. */
  private static Script script(int slots) {
    var random = new Random(42);
    byte[] ops = new byte[EVENTS];
    byte[] alignLog2 = new byte[EVENTS];
    int[] idOf = new int[EVENTS];
    long[] sizes = new long[EVENTS];
    long[] sizesBefore = new long[EVENTS];
    long[] sizeOf = new long[slots];
    boolean[] live = new boolean[slots];
    for (int i = 0; i < EVENTS; i++) {
      int id = random.nextInt(slots);
      idOf[i] = id;
      sizesBefore[i] = live[id] ? sizeOf[id] : 0;
      ops[i] = live[id] ? used(random) : allocation(random);
      live[id] = ops[i] != TraceFormat.FREE;
      sizes[i] = live[id] ? 1 + random.nextInt(MAX_SIZE) : 0;
      alignLog2[i] = (byte) (ops[i] == TraceFormat.ALIGNED ? 4 + random.nextInt(3) : 0);
      sizeOf[id] = sizes[i];
    }
    var trace =
        new Trace(
            "warm-up", 1, slots, ops, alignLog2, new char[EVENTS], idOf, sizes, sizesBefore, 0);
    return Scripts.sequential(trace);
  }

  private static byte used(Random random) {
    return random.nextInt(50) == 0 ? TraceFormat.REALLOC : TraceFormat.FREE;
  }

  private static byte allocation(Random random) {
    int percent = random.nextInt(100);
    if (percent < 70) {
      return TraceFormat.MALLOC;
    }
    return percent < 95 ? TraceFormat.CALLOC : TraceFormat.ALIGNED;
  }
}
