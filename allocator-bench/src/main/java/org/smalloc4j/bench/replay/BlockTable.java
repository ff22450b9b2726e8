package org.smalloc4j.bench.replay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Where each block is now, and for shared blocks, whose turn it is.
 *
 * <p>A block that several threads use carries a turn: the number of events made on it. An event
 * waits for its own turn and publishes the next one when it is done. Waiting cannot deadlock: the
 * recorded order is one in which every event finds its turn come.
 */
final class BlockTable {

  private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int SPINS = 200;
  private static final int YIELDS = 20;
  private static final long PARK_NANOS = 20_000;

  /** By id; meaningful while the block is live, for the thread whose turn it is. */
  final long[] addresses;

  private final int[] turns;
  private volatile boolean abandoned;

  BlockTable(int ids) {
    this.addresses = new long[ids];
    this.turns = new int[ids];
  }

  /** Makes the table ready for another round; no thread may be replaying. */
  void restart() {
    Arrays.fill(turns, 0);
  }

  /** Lets all who wait give up, because the event they wait for will never come. */
  void abandon() {
    abandoned = true;
  }

  /** Returns whether the turn came; false once the replay was abandoned. */
  boolean awaitTurn(int id, int turn) {
    // Acquire: pairs with publishTurn's release; the address and the bytes that the event before
    // this one wrote are visible. Weaker, this thread could free a stale address.
    return (int) TURN.getAcquire(turns, id) == turn || awaitLateTurn(id, turn);
  }

  @SuppressWarnings("ThreadPriorityCheck") // the thread waited for may need this CPU
  private boolean awaitLateTurn(int id, int turn) {
    for (int tries = 0; (int) TURN.getAcquire(turns, id) != turn; tries++) {
      if (abandoned) {
        return false;
      }
      if (tries < SPINS) {
        Thread.onSpinWait();
      } else if (tries < SPINS + YIELDS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
    return true;
  }

  void publishTurn(int id, int turn) {
    // Release: pairs with awaitTurn's acquire; see there.
    TURN.setRelease(turns, id, turn);
  }
}
