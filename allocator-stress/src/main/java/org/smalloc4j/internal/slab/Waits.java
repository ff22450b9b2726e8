package org.smalloc4j.internal.slab;

import java.util.function.BooleanSupplier;

/** Waits of one actor for what another does; bounded, since that one may not be running now. */
public final class Waits {
  private static final int MOST_LOOKS = 5_000;

  private Waits() {}

  /** Waits until something is so, but not for long; tells whether it is. */
  public static boolean until(BooleanSupplier isSo) {
    for (int i = 0; i < MOST_LOOKS; i++) {
      if (isSo.getAsBoolean()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }
}
