package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.report.Table;

/**
 * How long each allocator that Java calls takes compared with mimalloc, over all workloads of a
 * kind: geometric means.
 *
 * @param kinds of the columns
 */
public record Overview(List<Workload.Kind> kinds, List<Row> rows) {

  private static final String BASE = "mimalloc";
  private static final String MISSING = "–";

  /**
   * An allocator.
   *
   * @param ratios for each kind, null if it has not done all of its workloads
   */
  public record Row(String allocator, List<@Nullable Double> ratios) {}

  /** Of what mimalloc has done in a run. */
  public static Overview of(Results results) {
    Map<String, Workload.Kind> kindOf =
        Workload.all().stream().collect(Collectors.toMap(Workload::name, Workload::kind));
    List<Answer> base =
        results.answers().stream()
            .filter(answer -> answer.allocator().equals(BASE) && answer.failure() == null)
            .toList();
    List<Workload.Kind> kinds =
        base.stream().map(answer -> kindOf.get(answer.workload())).distinct().toList();
    var rows = new ArrayList<Row>();
    for (String allocator : results.answers().stream().map(Answer::allocator).distinct().toList()) {
      List<@Nullable Double> ratios = new ArrayList<>();
      for (Workload.Kind kind : kinds) {
        List<Answer> ofKind =
            base.stream().filter(a -> kind.equals(kindOf.get(a.workload()))).toList();
        ratios.add(mean(results, allocator, ofKind));
      }
      if (!allocator.endsWith(Peer.IN_C) && ratios.stream().anyMatch(r -> r != null)) {
        rows.add(new Row(allocator, ratios));
      }
    }
    return new Overview(kinds, rows);
  }

  private static @Nullable Double mean(Results results, String allocator, List<Answer> base) {
    Map<String, Answer> answers =
        results.answers().stream()
            .filter(answer -> answer.allocator().equals(allocator) && answer.failure() == null)
            .collect(Collectors.toMap(Answer::workload, Function.identity()));
    double logs = 0;
    for (Answer other : base) {
      Answer own = answers.get(other.workload());
      if (own == null) {
        return null;
      }
      logs += Math.log(Estimate.of(own.samples()).value() / Estimate.of(other.samples()).value());
    }
    return Math.exp(logs / base.size());
  }

  /** As rows of text. */
  public Table table() {
    var headings = new ArrayList<>(List.of("allocator"));
    kinds.forEach(kind -> headings.add(kind.label()));
    headings.add("");
    return new Table(
        "time × " + BASE + ", geometric means", headings, rows.stream().map(this::row).toList());
  }

  private List<String> row(Row row) {
    var cells = new ArrayList<>(List.of(row.allocator));
    row.ratios.forEach(ratio -> cells.add(ratio == null ? MISSING : Tables.ratio(ratio)));
    cells.add("");
    return cells;
  }
}
