package org.smalloc4j;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A stack of nodes, each of which stands for a block of an arena. Any number of threads push,
 * lock-free; one at a time takes the whole stack, and at last closes it, so that no push succeeds
 * any more.
 */
final class BlockStack {
  /*
   * A node: [node below it, or EMPTY][address][size], 24 bytes off-heap. It is its thread's until the
   * CAS that pushes it, and then that of the one who takes the stack. Nobody reads another's node, so
   * its taker may free it at once, and there is no ABA: a push needs the head to be what its node
   * points at, whatever became of that in between.
   */

  /** Bytes of a node. */
  static final int NODE_BYTES = 24;

  /** No node. */
  static final long EMPTY = Allocator.NULL;

  /** The head of a closed stack, the last it has: no node is at an odd address. */
  private static final long CLOSED = -1;

  private static final int ADDRESS = 8;
  private static final int SIZE = 16;

  private final AtomicLong head = new AtomicLong(EMPTY);

  /** Fills in a node that is the caller's. */
  static void describe(long node, long address, long byteSize) {
    RawMemory.storePlain(node + ADDRESS, address);
    RawMemory.storePlain(node + SIZE, byteSize);
  }

  /** Returns the node below one that is the caller's. */
  static long below(long node) {
    return RawMemory.loadPlain(node);
  }

  /** Returns the block of a node that is the caller's. */
  static long address(long node) {
    return RawMemory.loadPlain(node + ADDRESS);
  }

  /** Returns the size of the block of a node that is the caller's. */
  static long byteSize(long node) {
    return RawMemory.loadPlain(node + SIZE);
  }

  /**
   * Pushes a node that is the caller's.
   *
   * @return false if the stack is closed: the node stays the caller's
   */
  boolean tryPush(long node) {
    while (true) {
      long below = head.getAcquire(); // only the value is used: the CAS looks again
      if (below == CLOSED) {
        return false;
      }
      RawMemory.storePlain(node, below);
      // Release: who takes the stack sees the node, and the block as this thread left it. Acquire:
      // none
      // needed. As a plain store it would lose a node pushed meanwhile, or open a closed stack.
      if (head.compareAndSet(below, node)) {
        return true;
      }
    }
  }

  /** Takes all nodes: they are the caller's, from the top. The stack stays open, if it is. */
  long takeAll() {
    return isClosed() ? EMPTY : take(EMPTY);
  }

  /** Takes all nodes and closes the stack; nothing from one that is closed already. */
  long takeAllAndClose() {
    return take(CLOSED);
  }

  private long take(long replacement) {
    // Acquire: sees every node as it was pushed. Release: a pusher that sees CLOSED comes after.
    long top = head.getAndSet(replacement);
    return top == CLOSED ? EMPTY : top;
  }

  /** Tells whether the stack is closed, for those who take turns in taking and closing. */
  boolean isClosed() {
    return head.getAcquire() == CLOSED; // written by callers that take turns
  }
}
