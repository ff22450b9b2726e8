package org.smalloc4j.stress.random;

import java.util.concurrent.ConcurrentHashMap;
import org.smalloc4j.Smalloc;
import org.smalloc4j.internal.os.NativeThread;
import org.smalloc4j.observe.ForwardingAllocator;

/**
 * The positive control of the virtual threads: blocks of 64 bytes go by way of a magazine of the
 * carrier, which is found by its native thread and read and written without any atomic instruction.
 *
 * <p>That is sound as long as a virtual thread stays on its carrier from the look-up to the last
 * store, for as long as it neither blocks nor yields; the weakened form yields in between. Then
 * others on the same carrier take the same block, or the thread goes on with the magazine of a
 * carrier that it has left. What is in a magazine never goes back to the heap, so the heap itself
 * stays sound.
 */
final class CarrierMagazines extends ForwardingAllocator {
  private static final long SLOT_BYTES = 64;
  private static final int CAPACITY = 1_000;

  private final boolean yields;
  private final ConcurrentHashMap<Long, Magazine> magazines = new ConcurrentHashMap<>();

  private static final class Magazine {
    final long[] blocks = new long[CAPACITY];
    int count;
  }

  /**
   * @param yields whether in between, which is the error
   */
  CarrierMagazines(Smalloc heap, boolean yields) {
    super(heap);
    this.yields = yields;
    if (!NativeThread.prepare()) {
      throw new IllegalStateException("native threads have no numbers here");
    }
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    if (byteSize > SLOT_BYTES || byteAlignment > SLOT_BYTES) {
      return super.tryMalloc(byteSize, byteAlignment);
    }
    Magazine own = own();
    int last = own.count - 1;
    if (last < 0) {
      return super.tryMalloc(SLOT_BYTES, byteAlignment);
    }
    mayYield();
    own.count = last;
    return own.blocks[last];
  }

  @Override
  public void free(long address) {
    if (usableSize(address) != SLOT_BYTES) {
      super.free(address);
      return;
    }
    Magazine own = own();
    int count = own.count;
    if (count < CAPACITY) {
      mayYield();
      own.blocks[count] = address;
      own.count = count + 1;
    }
  }

  /** Looked up anew after what may block. */
  private Magazine own() {
    Magazine own = magazines.get(NativeThread.numberOrNew());
    while (own == null) {
      magazines.computeIfAbsent(NativeThread.numberOrNew(), _ -> new Magazine());
      own = magazines.get(NativeThread.numberOrNew());
    }
    return own;
  }

  @SuppressWarnings("ThreadPriorityCheck") // that is the error
  private void mayYield() {
    if (yields) {
      Thread.yield();
    }
  }
}
