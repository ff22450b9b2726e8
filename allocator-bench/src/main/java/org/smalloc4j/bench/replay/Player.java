package org.smalloc4j.bench.replay;

import static org.smalloc4j.bench.trace.TraceFormat.ALIGNED;
import static org.smalloc4j.bench.trace.TraceFormat.CALLOC;
import static org.smalloc4j.bench.trace.TraceFormat.FREE;
import static org.smalloc4j.bench.trace.TraceFormat.MALLOC;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;

/**
 * Makes the calls of one script, writes both ends of every block and checks them.
 *
 * <p>A round is either cold or timed. A cold round also writes into every OS page of every block,
 * as a program that uses its memory does, and counts the live bytes; it is there to measure memory.
 */
final class Player {

  /** Short enough that the loop is compiled as a method, not replaced on the stack. */
  private static final int STRIDE = 1024;

  private final Script script;
  private final ReplayTarget target;
  private final BlockTable blocks;

  Player(Script script, ReplayTarget target, BlockTable blocks) {
    this.script = script;
    this.target = target;
    this.blocks = blocks;
  }

  /** Makes all events; counts live bytes and touches all OS pages if {@code cold} is given. */
  void play(int round, @Nullable LiveBytes cold) {
    play(0, script.length(), round, cold);
  }

  /** The same of the events from one of the script on to before another. */
  void play(int begin, int end, int round, @Nullable LiveBytes cold) {
    for (int from = begin; from < end; from += STRIDE) {
      if (!playStride(from, Math.min(from + STRIDE, end), round, cold)) {
        return;
      }
    }
  }

  /** Frees what the trace left live. */
  void freeSurvivors(int round) {
    int[] survivors = script.survivors();
    for (int i = 0; i < survivors.length; i++) {
      int id = survivors[i];
      long address = blocks.addresses[id];
      if (!BlockPattern.holds(address, script.survivorSizes()[i], BlockPattern.head(id, round))) {
        throw new ReplayException(
            "end of trace (free of id " + id + "): the block's first or last bytes have changed");
      }
      target.free(id, address);
    }
  }

  /** Returns false if the replay was abandoned by another thread. */
  private boolean playStride(int from, int to, int round, @Nullable LiveBytes cold) {
    for (int i = from; i < to; i++) {
      int id = script.idOf()[i];
      int turn = script.turns()[i];
      if (turn != Script.UNSHARED && !blocks.awaitTurn(id, turn)) {
        return false;
      }
      long head = BlockPattern.head(id, round);
      switch (script.ops()[i]) {
        case MALLOC -> allocated(i, id, target.malloc(id, script.sizes()[i]), head, cold);
        case FREE -> free(i, id, head, cold);
        case CALLOC -> calloc(i, id, head, cold);
        case ALIGNED -> aligned(i, id, head, cold);
        default -> realloc(i, id, head, cold);
      }
      if (turn != Script.UNSHARED) {
        blocks.publishTurn(id, turn + 1);
      }
    }
    return true;
  }

  private void allocated(int i, int id, long address, long head, @Nullable LiveBytes cold) {
    if (address == 0) {
      throw fault(i, "the allocator returned NULL");
    }
    long byteSize = script.sizes()[i];
    if (cold != null) {
      cold.add(byteSize);
      BlockPattern.touchPages(address, 0, byteSize);
    }
    BlockPattern.write(address, byteSize, head);
    blocks.addresses[id] = address;
  }

  private void free(int i, int id, long head, @Nullable LiveBytes cold) {
    long address = blocks.addresses[id];
    if (!BlockPattern.holds(address, script.sizesBefore()[i], head)) {
      throw fault(i, "the block's first or last bytes have changed");
    }
    if (cold != null) {
      cold.add(-script.sizesBefore()[i]);
    }
    target.free(id, address);
  }

  private void calloc(int i, int id, long head, @Nullable LiveBytes cold) {
    long byteSize = script.sizes()[i];
    long address = target.calloc(id, byteSize);
    if (address != 0 && !BlockPattern.isZero(address, byteSize)) {
      throw fault(i, "the block is not zeroed");
    }
    allocated(i, id, address, head, cold);
  }

  private void aligned(int i, int id, long head, @Nullable LiveBytes cold) {
    long byteAlignment = 1L << script.alignLog2()[i];
    long address = target.aligned(id, script.sizes()[i], byteAlignment);
    if ((address & (byteAlignment - 1)) != 0) {
      throw fault(
          i, "address 0x" + Long.toHexString(address) + " is not aligned to " + byteAlignment);
    }
    allocated(i, id, address, head, cold);
  }

  /** C's realloc to 0 bytes frees the block, so the least size asked for is 1. */
  private void realloc(int i, int id, long head, @Nullable LiveBytes cold) {
    long before = script.sizesBefore()[i];
    long byteSize = script.sizes()[i];
    long asked = Math.max(1, byteSize);
    long address = blocks.addresses[id];
    if (!BlockPattern.holds(address, before, head)) {
      throw fault(i, "the block's first or last bytes have changed before it");
    }
    long moved = target.realloc(id, address, before, asked);
    if (moved == 0) {
      throw fault(i, "the allocator returned NULL");
    }
    if (!BlockPattern.startHolds(moved, before, asked, head)) {
      throw fault(i, "the block's first bytes were not kept");
    }
    if (cold != null) {
      cold.add(byteSize - before);
      BlockPattern.touchPages(moved, Math.min(before, byteSize), byteSize);
    }
    BlockPattern.write(moved, byteSize, head);
    blocks.addresses[id] = moved;
  }

  private ReplayException fault(int i, String what) {
    return new ReplayException(script.trace().describe(script.events()[i]) + ": " + what);
  }
}
