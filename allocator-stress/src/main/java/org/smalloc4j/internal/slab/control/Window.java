package org.smalloc4j.internal.slab.control;

/** The time between two steps of a weakened operation, made long enough to be hit. */
final class Window {
  private static final int SPINS = 30;

  private Window() {}

  /** Lets time pass. */
  static void open() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }
}
