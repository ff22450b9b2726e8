package org.smalloc4j.bench.suite;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.report.Ranking;
import org.smalloc4j.bench.report.Score;

/** The answers of a run, compared: over all workloads, over those of a kind, and in each. */
final class Scores {

  /** A JVM takes about so much itself while a program runs. */
  private static final double LEAST_MEMORY = 1 << 20;

  private static final Map<String, Workload.Kind> KINDS =
      Workload.all().stream().collect(Collectors.toMap(Workload::name, Workload::kind));

  private final List<Score> all;
  private final String base;

  Scores(Results results) {
    this.all = results.answers().stream().flatMap(Scores::score).toList();
    this.base = Ranking.baseOf(all.stream().map(Score::allocator).distinct().toList());
  }

  /** None of one that failed. */
  private static Stream<Score> score(Answer answer) {
    Estimate estimate = answer.estimate();
    if (estimate == null) {
      return Stream.empty();
    }
    List<Double> samples = answer.samples().stream().flatMap(Collection::stream).sorted().toList();
    return Stream.of(
        new Score(
            answer.allocator(),
            answer.workload(),
            estimate.value(),
            Math.max(estimate.low(), samples.getFirst()),
            Math.min(estimate.high(), samples.getLast()),
            null,
            memory(answer)));
  }

  private static @Nullable Double memory(Answer answer) {
    Double peak = answer.also().get(Figure.PEAK.key());
    boolean hasLessWork =
        KINDS.get(answer.workload()) == Workload.Kind.PROGRAM
            && TargetKind.of(answer.allocator()).map(TargetKind::isSlow).orElse(false);
    return peak == null || hasLessWork ? null : Double.valueOf(Math.max(peak, LEAST_MEMORY));
  }

  /** Over everything that the base has done. */
  Ranking overall() {
    return Ranking.of(all, base);
  }

  /** Over the workloads of each kind, by its name. */
  Map<String, Ranking> byKind() {
    Map<String, Ranking> byKind = new LinkedHashMap<>();
    for (Workload.Kind kind : Workload.Kind.values()) {
      List<Score> own = all.stream().filter(s -> KINDS.get(s.workload()) == kind).toList();
      if (!own.isEmpty()) {
        byKind.put(kind.label(), Ranking.of(own, base));
      }
    }
    return byKind;
  }

  /** In one workload, relative to the base or, if that has not done it, another. */
  Ranking in(String workload) {
    List<Score> own = all.stream().filter(s -> s.workload().equals(workload)).toList();
    boolean isThere = own.stream().anyMatch(s -> s.allocator().equals(base));
    return isThere ? Ranking.of(own, base) : Ranking.of(own);
  }
}
