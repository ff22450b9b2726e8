package org.smalloc4j.observe.control;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.observe.FewSlots;

/** A meter as one writes it first: each of its steps is atomic, what they make together is not. */
final class WeakMeter {
  private static final int SPINS = 30;

  private final FewSlots inner;
  final AtomicLong allocations = new AtomicLong();
  final AtomicLong frees = new AtomicLong();
  final AtomicLong liveBytes = new AtomicLong();
  final AtomicLong peak = new AtomicLong();

  WeakMeter(FewSlots inner) {
    this.inner = inner;
  }

  /** Lets the time between two steps pass, made long enough to be hit. */
  static void window() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  /** Allocates, adds, and then compares the sum with the peak and stores it. */
  long tryMalloc() {
    long address = inner.tryMalloc(8, 1);
    if (address != 0) {
      allocations.getAndIncrement();
      long sum = liveBytes.addAndGet(FewSlots.SLOT_BYTES);
      if (sum > peak.get()) {
        window();
        peak.set(sum);
      }
    }
    return address;
  }

  /** Frees, and then subtracts. */
  void free(long address) {
    inner.free(address);
    window();
    frees.getAndIncrement();
    liveBytes.getAndAdd(-FewSlots.SLOT_BYTES);
  }

  /** Subtracts two counts that are looked at one after the other. */
  long liveBlocks() {
    long allocated = allocations.get();
    window();
    return allocated - frees.get();
  }
}
