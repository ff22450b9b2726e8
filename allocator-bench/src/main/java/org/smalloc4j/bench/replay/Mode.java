package org.smalloc4j.bench.replay;

/** How the recorded threads are replayed. */
public enum Mode {
  /** One thread makes all calls in recorded order. */
  SEQUENTIAL,
  /** Each recorded thread makes its own calls; calls on one block keep their recorded order. */
  THREADED;

  public String label() {
    return this == SEQUENTIAL ? "sequential" : "threaded";
  }
}
