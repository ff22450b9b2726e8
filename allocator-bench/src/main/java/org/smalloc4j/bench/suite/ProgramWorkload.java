package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.SystemCalls;
import org.smalloc4j.bench.program.ProgramJob;
import org.smalloc4j.bench.program.ProgramKind;
import org.smalloc4j.bench.program.ProgramResult;

/** A whole program with so many threads. */
public record ProgramWorkload(ProgramKind program, int threads, BenchSet set) implements Workload {

  private static final Set<ProgramKind> IN_QUICK =
      Set.of(
          ProgramKind.ADRWW,
          ProgramKind.LARSON,
          ProgramKind.XMALLOC,
          ProgramKind.MSTRESS,
          ProgramKind.GLIBC_SIMPLE);

  private static final Set<ProgramKind> CROWDED_IN_STANDARD =
      Set.of(ProgramKind.ADRWW, ProgramKind.FREE_HOT, ProgramKind.HOT_SLAB);

  /** Each program with each of its numbers of threads. */
  static List<ProgramWorkload> all() {
    return Arrays.stream(ProgramKind.values())
        .flatMap(kind -> kind.threads().stream().map(threads -> of(kind, threads)))
        .toList();
  }

  /** Few threads are part of the smaller sets; of some programs many, too. */
  private static ProgramWorkload of(ProgramKind kind, int threads) {
    int place = kind.threads().indexOf(threads);
    BenchSet set = BenchSet.FULL;
    if (place == 0) {
      set = IN_QUICK.contains(kind) ? BenchSet.QUICK : BenchSet.STANDARD;
    } else if (place == 1 && CROWDED_IN_STANDARD.contains(kind)) {
      set = BenchSet.STANDARD;
    }
    return new ProgramWorkload(kind, threads, set);
  }

  @Override
  public String name() {
    return threads == 1 ? program.label() : program.label() + ", " + threads + " threads";
  }

  @Override
  public Kind kind() {
    return Kind.PROGRAM;
  }

  @Override
  public String description() {
    return program.description();
  }

  @Override
  public String unit() {
    return "ns/op";
  }

  @Override
  public boolean suits(Peer peer) {
    TargetKind kind = peer.java();
    return kind == null || (!kind.isForOneThread() && !kind.waitsForCollector());
  }

  @Override
  public Answer ask(Peer peer, Tools tools) throws IOException {
    if (peer.c() != null) {
      return tools.driver().orElseThrow().ask(this, peer, tools);
    }
    TargetKind kind = Objects.requireNonNull(peer.java());
    ProgramJob job = ProgramJob.of(kind, program, threads, tools.set().rounds());
    var results = new ArrayList<ProgramResult>();
    for (int i = 0; i < tools.set().processes(); i++) {
      ProgramResult result = tools.programs().run(job);
      if (result.failure() != null) {
        return Answer.failed(this, peer, result.failure());
      }
      results.add(result);
    }
    var also = new HashMap<>(figures(results));
    if (Peer.isOurs(peer.label())) {
      ProgramResult counted = tools.programs().runCounted(job, tools.counted());
      if (counted.failure() != null) {
        return Answer.failed(this, peer, "while counting: " + counted.failure());
      }
      put(also, Figure.SHARED_WRITES, Stream.of(counted.sharedWrites()));
      put(also, Figure.MOST_SHARED_WRITES, Stream.of(counted.mostSharedWrites()));
    }
    if (tools.isTracing()) {
      Path log = tools.file("calls.txt");
      ProgramResult traced = tools.programs().runTraced(job, log);
      if (traced.failure() == null) {
        double calls = (double) SystemCalls.count(log) / traced.operations();
        also.put(Figure.SYSTEM_CALLS.key(), calls);
      }
    }
    String version = results.getFirst().version();
    return Answer.of(this, peer, results.stream().map(ProgramResult::nanos).toList(), also)
        .withVersion(version);
  }

  private static Map<String, Double> figures(List<ProgramResult> results) {
    var also = new HashMap<String, Double>();
    put(also, Figure.PEAK, results.stream().map(ProgramResult::peakBytes));
    put(also, Figure.FINAL, results.stream().map(ProgramResult::finalBytes));
    put(also, Figure.FAULTS, results.stream().map(ProgramResult::faults));
    put(also, Figure.JAVA_BYTES, results.stream().map(ProgramResult::javaBytes));
    return also;
  }

  /** The mean over the processes, if it is known. */
  private static void put(
      Map<String, Double> also, Figure figure, Stream<? extends @Nullable Double> values) {
    values
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average()
        .ifPresent(mean -> also.put(figure.key(), mean));
  }
}
