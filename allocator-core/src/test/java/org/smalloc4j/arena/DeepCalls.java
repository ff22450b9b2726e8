package org.smalloc4j.arena;

import java.util.concurrent.atomic.AtomicReference;

/** Makes a call at every depth near the end of a stack. */
public final class DeepCalls {
  private static final int FRAMES = 400;
  private static final long STACK_BYTES = 512 << 10;

  private DeepCalls() {}

  /** Makes {@code call} in the last frames before the stack ends; it may end it. */
  public static void untilTheStackEnds(Runnable call) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                down(call, new int[1]);
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "deep",
            STACK_BYTES);
    thread.start();
    thread.join();
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  private static void down(Runnable call, int[] calls) {
    try {
      down(call, calls);
    } catch (StackOverflowError e) {
      // deepest frames first
    }
    if (calls[0] < FRAMES) {
      calls[0]++;
      try {
        call.run();
      } catch (StackOverflowError e) {
        // expected in the deepest frames
      }
    }
  }
}
