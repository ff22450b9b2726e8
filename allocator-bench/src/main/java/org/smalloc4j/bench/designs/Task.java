package org.smalloc4j.bench.designs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.smalloc4j.bench.allocator.ReplayTarget;

/** What each design is given to do, in a JVM of its own each time. */
public enum Task {
  /** malloc, a write and free of 64 bytes, nothing else live. */
  PAIR,
  /** 1,000 blocks of 64 bytes, freed last in first out. */
  LIFO,
  /** The same, freed in a fixed random order. */
  RANDOM,
  /** Replacing a random one of 4,096 live blocks of 16 to 1,023 bytes. */
  REPLACEMENT,
  /** Replacing a random one of 100 live blocks of its own by each of 1, 2, 4 … threads. */
  SCALING,
  /** 40,000 live blocks of 16 to 1,023 bytes, each replaced three times, then all freed. */
  MEMORY,
  /** The same, shared out among 16 threads. */
  MEMORY_OF_THREADS,
  /** A hundred blocks of 64 bytes from pools and arenas; asked of {@link Batches}, not designs. */
  BATCHES,
  /** A recorded program; done by a replay. */
  PROGRAM;

  /** Threads of {@link #MEMORY_OF_THREADS}, as the source of the claim about locks has them. */
  static final int THREADS = 16;

  private static final int FEW_BLOCKS = 1_000;
  private static final int MANY_BLOCKS = 4_096;

  /** The name on the command line and in the results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All labels, in order. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Task::label).toList();
  }

  /** The task with that label. */
  public static Optional<Task> of(String label) {
    return Arrays.stream(values()).filter(task -> task.label().equals(label)).findFirst();
  }

  /** Does it in this JVM, with the one allocator that is measured here. */
  Map<String, Double> run(DesignJob job) {
    if (this == BATCHES) {
      return Batches.run(job);
    }
    int ids = Math.max(MANY_BLOCKS, Filling.BLOCKS);
    ReplayTarget target = Design.valueOf(job.subject()).target().open(ids, true);
    return switch (this) {
      case PAIR -> Loop.time(Work.pair(target), job.nanos());
      case LIFO -> Loop.time(Work.batch(target, Work.lastFirst(FEW_BLOCKS)), job.nanos());
      case RANDOM -> Loop.time(Work.batch(target, Work.shuffled(FEW_BLOCKS)), job.nanos());
      case REPLACEMENT -> Loop.time(new Replacement(target, 0, MANY_BLOCKS), job.nanos());
      case SCALING -> Scaling.run(target, job.threads(), job.nanos());
      case MEMORY -> Filling.run(target, 1);
      case MEMORY_OF_THREADS -> Filling.run(target, THREADS);
      case BATCHES, PROGRAM -> throw new IllegalArgumentException(label() + " has no target");
    };
  }
}
