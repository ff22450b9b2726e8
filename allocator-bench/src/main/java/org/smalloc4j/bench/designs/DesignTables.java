package org.smalloc4j.bench.designs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.smalloc4j.bench.report.Table;

/** A run as rows of text; a figure is the median of the rounds. */
public final class DesignTables {

  private static final String MISSING = "–";
  private static final double MIB = 1 << 20;
  private static final double PERCENT = 100;

  private final DesignResults results;

  public DesignTables(DesignResults results) {
    this.results = results;
  }

  /** All that have a row. */
  public List<Table> all() {
    return Stream.of(
            times(),
            ofThreads("M replacements a second, by threads", Scaling.MILLIONS, "%,.2f", 1),
            ofThreads(
                "% of the threads' time spent waiting for a lock, by threads",
                Scaling.WAITING, "%.0f", PERCENT),
            memory(Task.MEMORY, "one thread"),
            memory(Task.MEMORY_OF_THREADS, Task.THREADS + " threads"),
            lines(),
            batches())
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  private Table times() {
    Map<String, Function<String, String>> columns = new LinkedHashMap<>();
    for (String task : results.timedTasks()) {
      columns.put(task, subject -> time(task, subject));
    }
    return designs("ns per malloc, write and free, or per event: median (best)", columns);
  }

  private String time(String task, String subject) {
    return results
        .get(task, subject)
        .map(
            answer ->
                text("%,.1f", answer.median(Loop.NANOS), 1)
                    + text(" (%,.1f)", answer.least(Loop.NANOS), 1))
        .orElse(MISSING);
  }

  private Table ofThreads(String title, String figure, String format, double factor) {
    Map<String, Function<String, String>> columns = new LinkedHashMap<>();
    for (int threads : results.threads()) {
      columns.put(
          Integer.toString(threads),
          subject -> median(Task.SCALING, subject, figure + threads, format, factor));
    }
    return designs(title, columns);
  }

  private Table memory(Task task, String threads) {
    Map<String, Function<String, String>> columns = new LinkedHashMap<>();
    for (String figure : List.of(Filling.LIVE, Filling.RESIDENT, Filling.FREED, Filling.TRIMMED)) {
      columns.put(figure, subject -> median(task, subject, figure, "%,.1f", 1 / MIB));
    }
    columns.put(
        "resident / live",
        subject ->
            text("%.2f", results.ratio(task.label(), subject, Filling.RESIDENT, Filling.LIVE), 1));
    columns.put("steps", subject -> median(task, subject, Filling.STEPS, "%,.0f", 1));
    return designs(
        "MiB live, resident at the peak, still when all was freed, after a trim; steps of the"
            + " longest operation: "
            + threads,
        columns);
  }

  private Table lines() {
    Map<String, Function<String, String>> columns = new LinkedHashMap<>();
    columns.put(
        "lines",
        subject -> {
          Integer lines = results.lines().get(subject);
          return lines == null ? MISSING : String.format(Locale.ROOT, "%,d", lines);
        });
    return designs("lines of code", columns);
  }

  private Table batches() {
    String task = Task.BATCHES.label();
    List<String> throughputs =
        results.of(task).stream()
            .flatMap(answer -> answer.figures().keySet().stream())
            .filter(figure -> figure.startsWith(Scaling.MILLIONS))
            .distinct()
            .sorted()
            .toList();
    Map<String, Function<String, String>> columns = new LinkedHashMap<>();
    columns.put("ns per block", subject -> time(task, subject));
    for (String figure : throughputs) {
      columns.put(
          "M/s, threads: " + figure.substring(Scaling.MILLIONS.length()),
          subject -> median(Task.BATCHES, subject, figure, "%,.0f", 1));
    }
    return table(
        "100 blocks of 64 bytes, ended together",
        results.of(task).stream().map(Answer::subject).toList(),
        columns);
  }

  private Table designs(String title, Map<String, Function<String, String>> columns) {
    return table(title, Design.labels(), columns);
  }

  /** A row for each subject that has a figure in it. */
  private Table table(
      String title, List<String> subjects, Map<String, Function<String, String>> columns) {
    List<String> headings = new ArrayList<>(List.of(""));
    headings.addAll(columns.keySet());
    headings.add("");
    List<List<String>> rows = new ArrayList<>();
    for (String subject : subjects) {
      List<String> cells = columns.values().stream().map(cell -> cell.apply(subject)).toList();
      if (!cells.stream().allMatch(MISSING::equals)) {
        List<String> row = new ArrayList<>(List.of(subject));
        row.addAll(cells);
        row.add(failure(subject));
        rows.add(row);
      }
    }
    return new Table(title, headings, rows);
  }

  private String failure(String subject) {
    return results.answers().stream()
        .filter(answer -> answer.subject().equals(subject) && answer.failure() != null)
        .map(answer -> answer.task() + " failed: " + answer.failure())
        .findFirst()
        .orElse("");
  }

  private String median(Task task, String subject, String figure, String format, double factor) {
    return text(format, results.median(task.label(), subject, figure), factor);
  }

  private static String text(String format, OptionalDouble value, double factor) {
    return value.isPresent()
        ? String.format(Locale.ROOT, format, value.getAsDouble() * factor)
        : MISSING;
  }
}
