package org.smalloc4j.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of docs/memory-ordering.md. */
record MemoryOrderingPage(List<Row> rows) {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern TEST = Pattern.compile("`(\\w+_\\w+)`( \\*\\*W\\*\\*)?");

  /**
   * A row.
   *
   * @param access the first cell: what accesses what
   * @param shownBy the last cell
   */
  record Row(String access, String shownBy) {

    /** Returns what the first cell names in code font. */
    Set<String> named() {
      Set<String> named = new TreeSet<>();
      CODE.matcher(access).results().forEach(match -> named.add(match.group(1)));
      return named;
    }

    /** Returns the tests that the last cell names. */
    Set<String> tests() {
      Set<String> tests = new TreeSet<>();
      TEST.matcher(shownBy).results().forEach(match -> tests.add(match.group(1)));
      return tests;
    }

    /** Returns those of the tests that are said to have a weakened variant. */
    Set<String> weakened() {
      Set<String> tests = new TreeSet<>();
      Matcher matcher = TEST.matcher(shownBy);
      while (matcher.find()) {
        if (matcher.group(2) != null) {
          tests.add(matcher.group(1));
        }
      }
      return tests;
    }
  }

  /** Reads the page. */
  static MemoryOrderingPage read() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../docs/memory-ordering.md"))) {
      if (line.startsWith("| ") && !line.startsWith("| access |")) {
        List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
        rows.add(new Row(cells.get(1), cells.getLast()));
      }
    }
    return new MemoryOrderingPage(rows);
  }

  /** Tells whether some row's first cell names this, as {@code Class.member}. */
  boolean hasRowOf(String classAndMember) {
    return rows.stream().anyMatch(row -> row.named().contains(classAndMember));
  }
}
