package org.smalloc4j.bench.program;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Threads that live one after the other. */
final class Generation {

  private Generation() {}

  /** Runs it in a new platform thread, and returns when that has ended. */
  static void run(Runnable work) {
    var task = new FutureTask<>(work, null);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    try {
      thread.join();
      task.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
