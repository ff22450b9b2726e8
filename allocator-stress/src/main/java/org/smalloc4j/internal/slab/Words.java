package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.raw.RawMemory;

/** Shared words set without a look at what they were: for set-ups and weakened variants. */
public final class Words {
  private Words() {}

  /** Sets a shared word to a value, whatever it is. */
  public static void set(long address, long value) {
    while (!RawMemory.casVolatile(address, RawMemory.loadAcquire(address), value)) {
      Thread.onSpinWait();
    }
  }
}
