package org.smalloc4j;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A thread that waits, running, to make the first call of its life. Needs no Java heap for it. */
final class Standby {
  private final LongSupplier call;
  private volatile int asked;
  private volatile int answered;
  private long result;
  private @Nullable Throwable thrown;

  Standby(LongSupplier call) {
    this.call = call;
    Thread.ofPlatform().daemon().start(this::serve);
  }

  private void serve() {
    while (true) {
      while (asked == answered) {
        Thread.onSpinWait();
      }
      if (asked < 0) {
        return;
      }
      thrown = null;
      try {
        result = call.getAsLong();
      } catch (Throwable t) {
        thrown = t;
      }
      answered = asked;
    }
  }

  /** Lets the thread call, and returns or throws what the call does. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  long call() {
    asked++;
    while (answered != asked) {
      Thread.yield();
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    return result;
  }

  /** Ends the thread. */
  void end() {
    asked = -1;
  }
}
