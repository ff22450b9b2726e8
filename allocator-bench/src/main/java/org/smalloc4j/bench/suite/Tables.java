package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.report.Table;

/** The answers of a run as rows of text, for the terminal and for the report. */
public final class Tables {

  private static final String MISSING = "–";

  private final Results results;

  public Tables(Results results) {
    this.results = results;
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
    var headings =
        new ArrayList<>(List.of("allocator", ranked.getFirst().unit(), "±", "× the best"));
    figures.forEach(figure -> headings.add(figure.heading()));
    headings.add("");
    Estimate best = ranked.getFirst().estimate();
    return new Table(
        name, headings, ranked.stream().map(answer -> row(answer, best, figures)).toList());
  }

  private static List<String> row(Answer answer, @Nullable Estimate best, List<Figure> figures) {
    Estimate estimate = answer.estimate();
    var cells = new ArrayList<String>();
    cells.add(answer.allocator());
    cells.add(estimate == null ? MISSING : number(estimate.value()));
    // One sample tells nothing of the next one.
    boolean isSingle = answer.samples().stream().mapToInt(List::size).sum() == 1;
    cells.add(estimate == null || isSingle ? MISSING : number(estimate.halfWidth()));
    cells.add(estimate == null || best == null ? MISSING : ratio(estimate.value() / best.value()));
    for (Figure figure : figures) {
      Double value = answer.also().get(figure.key());
      cells.add(value == null ? MISSING : figure.text(value));
    }
    cells.add(answer.failure() == null ? "" : "failed: " + answer.failure());
    return cells;
  }

  /** A line for each workload: how this project's allocator ranks. */
  public Table ranking(String allocator) {
    List<List<String>> rows =
        results.workloads().stream().flatMap(name -> rank(name, allocator)).toList();
    return new Table(
        "where " + allocator + " ranks",
        List.of("workload", "rank", "of", allocator, "best", "× best other", "best other"),
        rows);
  }

  private Stream<List<String>> rank(String workload, String allocator) {
    List<Answer> ranked =
        results.ranked(workload).stream().filter(answer -> answer.failure() == null).toList();
    List<String> labels = ranked.stream().map(Answer::allocator).toList();
    int place = labels.indexOf(allocator);
    List<Answer> others = ranked.stream().filter(a -> !Peer.isOurs(a.allocator())).toList();
    if (place < 0 || others.isEmpty()) {
      return Stream.empty();
    }
    double own = Estimate.of(ranked.get(place).samples()).value();
    Answer best = others.getFirst();
    double other = Estimate.of(best.samples()).value();
    return Stream.of(
        List.of(
            workload,
            Integer.toString(place + 1),
            Integer.toString(ranked.size()),
            number(own),
            number(other),
            ratio(own / other),
            best.allocator()));
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value < 1_000 ? "%,.2f" : "%,.0f", value);
  }

  static String ratio(double value) {
    return String.format(Locale.ROOT, "%,.2f", value);
  }
}
