package org.smalloc4j.bench.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run comes to: the first on its page, the last on the terminal.
 *
 * @param noun what the ranking is over, one of them
 * @param doubts sentences about what speaks against it
 */
public record Conclusion(Ranking ranking, String noun, List<String> doubts) {

  /** Empty if there is nothing to compare. */
  public String sentence() {
    return ranking.sentence(noun);
  }

  /** The ranking under its title. */
  public Table table() {
    return ranking.table("all " + noun + "s");
  }

  /** Who is not in it; empty if that is nobody. */
  public String unranked() {
    String names =
        ranking.partial().stream().map(Ranking.Row::target).collect(Collectors.joining(", "));
    return names.isEmpty()
        ? ""
        : "Without a rank, for not all " + noun + "s were done: " + names + ".";
  }

  /** Prints it. */
  public void print(PrintWriter out) {
    if (ranking.rows().size() > 1) {
      out.println(TextTable.of(table()));
      if (!unranked().isEmpty()) {
        out.println(unranked());
      }
      out.println(sentence());
    }
    doubts.forEach(out::println);
    out.println();
  }
}
