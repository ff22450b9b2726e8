package org.smalloc4j.bench.suite;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.TextTable;

/** All answers of a run, and where they are from. */
public record SuiteResults(Environment environment, List<Answer> answers) {

  private static final String BASE = "mimalloc";
  private static final String BASE_IN_C = "mimalloc in C";
  private static final String MISSING = "–";

  public boolean anyFailed() {
    return answers.stream().anyMatch(answer -> answer.failure() != null);
  }

  public void writeJson(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(Objects.requireNonNull(directory));
    String json =
        JSON.std
            .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
            .asString(this);
    Files.writeString(file, json + "\n");
  }

  /** A table for each question. */
  public List<String> tables() {
    return answers.stream().map(Answer::question).distinct().map(this::table).toList();
  }

  private String table(String question) {
    Double base = nanosOf(question, BASE);
    Double baseInC = nanosOf(question, BASE_IN_C);
    var rows = new ArrayList<List<String>>();
    for (Answer answer : answers) {
      if (answer.question().equals(question)) {
        rows.add(
            List.of(
                answer.allocator(),
                number("%,.2f", answer.nanos()),
                number("%,.2f", answer.error()),
                ratio(answer.nanos(), base),
                ratio(answer.nanos(), baseInC),
                answer.failure() == null ? "" : "failed: " + answer.failure()));
      }
    }
    List<String> headings = List.of("allocator", "ns/op", "±", "× " + BASE, "× " + BASE_IN_C, "");
    return TextTable.of(question, headings, rows);
  }

  private @Nullable Double nanosOf(String question, String allocator) {
    return answers.stream()
        .filter(a -> a.question().equals(question) && a.allocator().equals(allocator))
        .map(Answer::nanos)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String ratio(@Nullable Double nanos, @Nullable Double base) {
    return number("%.2f", nanos == null || base == null ? null : nanos / base);
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? MISSING : String.format(Locale.ROOT, format, value);
  }
}
