package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.micro.AlignedBenchmark;
import org.smalloc4j.bench.micro.AllocatorBenchmark;
import org.smalloc4j.bench.micro.BatchBenchmark;
import org.smalloc4j.bench.micro.CallocBenchmark;
import org.smalloc4j.bench.micro.FalseSharingBenchmark;
import org.smalloc4j.bench.micro.LatencyBenchmark;
import org.smalloc4j.bench.micro.PairBenchmark;
import org.smalloc4j.bench.micro.ProducerConsumerBenchmark;
import org.smalloc4j.bench.micro.RandomReplacementBenchmark;
import org.smalloc4j.bench.micro.ReallocBenchmark;
import org.smalloc4j.bench.micro.SizesBenchmark;
import org.smalloc4j.bench.micro.ThreadScalingBenchmark;
import org.smalloc4j.bench.micro.ThreadStartBenchmark;

/**
 * A small question, answered by a JMH benchmark, and some by the C driver too.
 *
 * @param asks what is done, for readers
 * @param benchmark the JMH class that answers
 * @param method of it
 * @param parameters of that class, beside the allocator
 * @param cArguments what the C driver calls the same; empty if it does not ask it
 * @param needs what an allocator must be able to do
 */
public record Question(
    String name,
    String asks,
    BenchSet set,
    Class<? extends AllocatorBenchmark> benchmark,
    String method,
    Map<String, String> parameters,
    List<String> cArguments,
    Need needs)
    implements Workload {

  /** What not every allocator can do. */
  enum Need {
    /** Everything is free now and then; one thread. */
    NOTHING,
    /** Some blocks are always live. */
    SINGLE_FREES,
    /** Several threads, and memory that is used again at once. */
    THREADS
  }

  /** All of them, in the order of the tables. */
  public static List<Question> all() {
    return List.of(
        simple(
            "pair",
            "malloc of 64 bytes, a write, free, with nothing else live",
            BenchSet.QUICK,
            PairBenchmark.class,
            "pair",
            Map.of(),
            List.of("pair")),
        batch("lifo", BenchSet.STANDARD),
        batch("fifo", BenchSet.FULL),
        batch("random", BenchSet.QUICK),
        sizes("small", BenchSet.STANDARD),
        sizes("medium", BenchSet.STANDARD),
        sizes("large", BenchSet.FULL),
        replacement("4096", BenchSet.QUICK),
        replacement("1000000", BenchSet.STANDARD),
        calloc("64", BenchSet.STANDARD),
        calloc("4096", BenchSet.STANDARD),
        aligned("64", BenchSet.FULL),
        aligned("4096", BenchSet.STANDARD),
        simple(
            "growth by realloc",
            "a block that grows by a half, 27 times, from 16 bytes to 600,000, and is then freed",
            BenchSet.STANDARD,
            ReallocBenchmark.class,
            "grow",
            Map.of(),
            List.of("realloc")),
        threads(
            "producer/consumer",
            "64 bytes that one thread allocates and writes, and another reads and frees; batches of"
                + " 512",
            BenchSet.QUICK,
            ProducerConsumerBenchmark.class,
            "producerConsumer",
            List.of("producer-consumer")),
        threads(
            "pair beside another's",
            "a thread writes its block while another has its own: false sharing",
            BenchSet.STANDARD,
            FalseSharingBenchmark.class,
            "besideAnother",
            List.of()),
        threads(
            "pair, 16 threads",
            "pairs in 16 threads at once",
            BenchSet.FULL,
            ThreadScalingBenchmark.class,
            "pair",
            List.of()),
        threads(
            "a platform thread's first block",
            "a thread starts, allocates, frees, ends",
            BenchSet.STANDARD,
            ThreadStartBenchmark.class,
            "platform",
            List.of()),
        threads(
            "pair in a virtual thread",
            "pairs by virtual threads",
            BenchSet.STANDARD,
            ThreadStartBenchmark.class,
            "virtual",
            List.of()),
        threads(
            "latency in the own slab",
            "pairs at a fixed rate, how long the slowest take",
            BenchSet.FULL,
            LatencyBenchmark.class,
            "owner",
            List.of()),
        threads(
            "latency of a remote free",
            "frees of another thread's blocks at a fixed rate",
            BenchSet.FULL,
            LatencyBenchmark.class,
            "remote",
            List.of()));
  }

  private static Question simple(
      String name,
      String asks,
      BenchSet set,
      Class<? extends AllocatorBenchmark> benchmark,
      String method,
      Map<String, String> parameters,
      List<String> cArguments) {
    return new Question(name, asks, set, benchmark, method, parameters, cArguments, Need.NOTHING);
  }

  private static Question threads(
      String name,
      String asks,
      BenchSet set,
      Class<? extends AllocatorBenchmark> benchmark,
      String method,
      List<String> cArguments) {
    return new Question(name, asks, set, benchmark, method, Map.of(), cArguments, Need.THREADS);
  }

  private static Question batch(String order, BenchSet set) {
    return simple(
        "batch, " + order,
        "1,000 blocks of 64 bytes allocated, then freed in this order; a block",
        set,
        BatchBenchmark.class,
        "batch",
        Map.of("order", order),
        List.of("batch", order));
  }

  private static Question sizes(String mix, BenchSet set) {
    return simple(
        "sizes, " + mix,
        "pairs of mixed sizes",
        set,
        SizesBenchmark.class,
        "pairs",
        Map.of("mix", mix),
        List.of("sizes", mix));
  }

  private static Question replacement(String blocks, BenchSet set) {
    return new Question(
        "replacement of " + blocks,
        "so many live blocks, one after another replaced at random",
        set,
        RandomReplacementBenchmark.class,
        "replace",
        Map.of("blocks", blocks),
        List.of("random", blocks),
        Need.SINGLE_FREES);
  }

  private static Question calloc(String byteSize, BenchSet set) {
    return simple(
        "calloc of " + byteSize,
        "calloc and free of so many bytes",
        set,
        CallocBenchmark.class,
        "calloc",
        Map.of("byteSize", byteSize),
        List.of("calloc", byteSize));
  }

  private static Question aligned(String byteAlignment, BenchSet set) {
    return simple(
        "aligned to " + byteAlignment,
        "malloc aligned to so many bytes, and free",
        set,
        AlignedBenchmark.class,
        "aligned",
        Map.of("byteAlignment", byteAlignment),
        List.of("aligned", byteAlignment));
  }

  /** Whether its figures are percentiles of single operations. */
  boolean isLatency() {
    return benchmark == LatencyBenchmark.class;
  }

  @Override
  public Kind kind() {
    return Kind.QUESTION;
  }

  @Override
  public String description() {
    return asks;
  }

  @Override
  public String unit() {
    return isLatency() ? "ns (p99)" : "ns/op";
  }

  @Override
  public boolean suits(Peer peer) {
    TargetKind kind = peer.java();
    if (kind == null) {
      return !cArguments.isEmpty();
    }
    return switch (needs) {
      case NOTHING -> true;
      case SINGLE_FREES -> !kind.freesAllOrNothing();
      case THREADS -> !kind.isForOneThread() && !kind.waitsForCollector();
    };
  }

  @Override
  public Answer ask(Peer peer, Tools tools) throws IOException {
    return peer.c() == null
        ? JmhRun.ask(this, peer, tools)
        : tools.driver().orElseThrow().ask(this, peer, tools);
  }
}
