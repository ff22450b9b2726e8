package org.smalloc4j;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A thread that does what it is told, and waits in {@code Object.wait} in between. */
public final class WaitingThread {
  private final Thread thread;
  private @Nullable Runnable task;
  private boolean isToEnd;

  /** Starts a platform thread. */
  public WaitingThread() {
    this(Thread.ofPlatform()::unstarted);
  }

  /** Starts a thread of some kind. */
  public WaitingThread(Function<Runnable, Thread> kind) {
    thread = kind.apply(this::run);
    thread.start();
  }

  private synchronized void run() {
    while (!isToEnd) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (task != null) {
        task.run();
        task = null;
      }
    }
  }

  /** Returns the thread. */
  public Thread thread() {
    return thread;
  }

  /** Has something done without waiting for it. */
  public void begin(Runnable action) {
    awaitState(Thread.State.WAITING);
    synchronized (this) {
      task = action;
      notifyAll();
    }
  }

  /** Has something done, and returns when the thread waits again. */
  public <T> T idleAfter(Callable<T> action) {
    FutureTask<T> future = new FutureTask<>(action);
    begin(future);
    try {
      T result = future.get();
      awaitState(Thread.State.WAITING);
      return result;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the thread is in a state. */
  public void awaitState(Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  /** Ends the thread. */
  public void end() {
    begin(() -> isToEnd = true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
