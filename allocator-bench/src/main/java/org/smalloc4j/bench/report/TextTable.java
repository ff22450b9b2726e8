package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A comparison as lines of text, its columns aligned. */
public final class TextTable {

  private TextTable() {}

  /** The table under its title, each line ended. */
  public static String of(Comparison comparison) {
    var lines = new ArrayList<List<String>>();
    lines.add(Figures.HEADINGS);
    comparison.rows().stream().map(Figures::cells).forEach(lines::add);
    int[] widths =
        IntStream.range(0, Figures.HEADINGS.size())
            .map(column -> lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0))
            .toArray();
    return lines.stream()
        .map(cells -> line(cells, widths))
        .collect(
            Collectors.joining("\n", comparison.title() + ", " + comparison.mode() + "\n", "\n"));
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
