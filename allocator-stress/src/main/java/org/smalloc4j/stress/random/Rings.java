package org.smalloc4j.stress.random;

import java.util.Queue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** Blocks on their way from one thread to another: a ring for each seat, into which all put. */
final class Rings {
  private static final int CAPACITY = 256;

  private final MpmcVarHandleArrayQueue<Block>[] rings;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Rings(int seats) {
    rings = new MpmcVarHandleArrayQueue[seats];
    for (int seat = 0; seat < seats; seat++) {
      rings[seat] = new MpmcVarHandleArrayQueue<>(CAPACITY);
    }
  }

  /** Sends a block to the thread at a seat; false if its ring is full. */
  boolean send(int seat, Block block) {
    return rings[Math.floorMod(seat, rings.length)].offer(block);
  }

  /** Returns a block that was sent to a seat, null if there is none. */
  @Nullable Block receive(int seat) {
    return rings[seat].poll();
  }

  /** Returns a block that is on its way, null if there is none. */
  @Nullable Block receiveAny() {
    for (Queue<Block> ring : rings) {
      Block block = ring.poll();
      if (block != null) {
        return block;
      }
    }
    return null;
  }
}
