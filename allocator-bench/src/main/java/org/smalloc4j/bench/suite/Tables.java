package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.smalloc4j.bench.report.Digits;
import org.smalloc4j.bench.report.Doubts;
import org.smalloc4j.bench.report.Ranking;
import org.smalloc4j.bench.report.Table;

/** The answers of a run as rows of text, for the terminal and for the report. */
public final class Tables {

  private final Results results;
  private final Scores scores;

  public Tables(Results results) {
    this.results = results;
    this.scores = new Scores(results);
  }

  /** A table for each workload, the best allocator first. */
  public List<Table> workloads() {
    return results.workloads().stream().map(this::workload).toList();
  }

  private Table workload(String name) {
    List<Answer> ranked = results.ranked(name);
    List<Figure> figures =
        Arrays.stream(Figure.values())
            .filter(figure -> ranked.stream().anyMatch(a -> a.also().containsKey(figure.key())))
            .toList();
    Ranking ranking = scores.in(name);
    var headings =
        new ArrayList<>(
            List.of("allocator", ranked.getFirst().unit(), "±", "rank", "× " + ranking.base()));
    figures.forEach(figure -> headings.add(figure.heading()));
    headings.add("");
    return new Table(
        name, headings, ranked.stream().map(answer -> row(answer, ranking, figures)).toList());
  }

  private static List<String> row(Answer answer, Ranking ranking, List<Figure> figures) {
    Estimate estimate = answer.estimate();
    Optional<Ranking.Row> row = rowOf(ranking, answer.allocator());
    var cells = new ArrayList<String>();
    cells.add(answer.allocator());
    cells.add(Digits.of(estimate == null ? null : estimate.value()));
    cells.add(halfWidth(answer));
    cells.add(row.map(Ranking.Row::rank).orElse(Digits.MISSING));
    cells.add(row.map(r -> Digits.of(r.time())).orElse(Digits.MISSING));
    for (Figure figure : figures) {
      Double value = answer.also().get(figure.key());
      cells.add(value == null ? Digits.MISSING : figure.text(value));
    }
    cells.add(
        answer.failure() == null
            ? Doubts.ofOthers(answer.others())
            : "failed: " + answer.failure());
    return cells;
  }

  /** One sample tells nothing of the next one. */
  static String halfWidth(Answer answer) {
    boolean isSingle = answer.samples().stream().mapToInt(List::size).sum() == 1;
    Estimate estimate = answer.estimate();
    return Digits.of(estimate == null || isSingle ? null : estimate.halfWidth());
  }

  private static Optional<Ranking.Row> rowOf(Ranking ranking, String allocator) {
    return ranking.rows().stream().filter(row -> row.target().equals(allocator)).findFirst();
  }

  /** A line for each workload: how this project's allocator ranks. */
  public Table ranking(String allocator) {
    List<List<String>> rows =
        results.workloads().stream().flatMap(name -> rank(name, allocator)).toList();
    return new Table(
        "where " + allocator + " ranks",
        List.of(
            "workload", "rank", "of", allocator, "best", "× best other", "memory ×", "best other"),
        rows);
  }

  private Stream<List<String>> rank(String workload, String allocator) {
    Ranking ranking = scores.in(workload);
    Optional<Ranking.Row> own = rowOf(ranking, allocator);
    Optional<Ranking.Row> other =
        ranking.rows().stream().filter(row -> !Peer.isOurs(row.target())).findFirst();
    if (own.isEmpty() || other.isEmpty()) {
      return Stream.empty();
    }
    Ranking.Row best = other.get();
    return Stream.of(
        List.of(
            workload,
            own.get().rank(),
            Integer.toString(ranking.rows().size()),
            Digits.of(timeOf(workload, allocator)),
            Digits.of(timeOf(workload, best.target())),
            Digits.of(own.get().time() / best.time()),
            Digits.of(own.get().memory()),
            best.target()));
  }

  private double timeOf(String workload, String allocator) {
    return results.ranked(workload).stream()
        .filter(answer -> answer.allocator().equals(allocator))
        .mapToDouble(answer -> Estimate.of(answer.samples()).value())
        .findFirst()
        .orElseThrow();
  }

  /** Over the workloads of each kind, and where each of this project's allocators ranks. */
  public List<Table> overviews() {
    Stream<Table> kinds =
        scores.byKind().entrySet().stream()
            .filter(kind -> !kind.getValue().rows().isEmpty())
            .map(kind -> kind.getValue().tableOfAll(kind.getKey()));
    Stream<Table> ranks = results.allocators().stream().filter(Peer::isOurs).map(this::ranking);
    return Stream.concat(kinds, ranks).toList();
  }
}
