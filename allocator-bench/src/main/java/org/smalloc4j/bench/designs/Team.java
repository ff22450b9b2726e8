package org.smalloc4j.bench.designs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Some threads, the same from one phase to the next. */
final class Team implements AutoCloseable {

  private final List<ExecutorService> threads;

  Team(int threads) {
    this.threads =
        IntStream.range(0, threads)
            .mapToObj(
                _ ->
                    Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("team-", 0).factory()))
            .toList();
    each(thread -> thread); // all are there before anything is measured
  }

  int size() {
    return threads.size();
  }

  /** Has each thread do its part of a phase; returns what they returned, in order. */
  <T> List<T> each(IntFunction<T> part) {
    List<Future<T>> parts = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      int thread = i;
      parts.add(threads.get(i).submit(() -> part.apply(thread)));
    }
    return parts.stream().map(Team::result).toList();
  }

  private static <T> T result(Future<T> part) {
    try {
      return part.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    }
  }

  /** Returns when all threads have ended. */
  @Override
  public void close() {
    threads.forEach(ExecutorService::close);
  }
}
