package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables as lines of text, their columns aligned. */
public final class TextTable {

  private TextTable() {}

  /** Rows under a title, each line ended; the first and the last column are text. */
  public static String of(Table table) {
    var lines = new ArrayList<List<String>>();
    lines.add(table.headings());
    lines.addAll(table.rows());
    int[] widths =
        IntStream.range(0, table.headings().size())
            .map(column -> lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0))
            .toArray();
    return lines.stream()
        .map(cells -> line(cells, widths))
        .collect(Collectors.joining("\n", table.title() + "\n", "\n"));
  }

  /** Names to the left, figures to the right, the note as it is. */
  private static String line(List<String> cells, int[] widths) {
    var line = new StringBuilder("  ");
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      boolean text = column == 0 || column == cells.size() - 1;
      line.append(text ? cell + padding : padding + cell).append("  ");
    }
    return line.toString().stripTrailing();
  }
}
