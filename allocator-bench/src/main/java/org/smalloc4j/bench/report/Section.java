package org.smalloc4j.bench.report;

import java.util.Locale;

/** A part of a report that is folded, and that the contents lead to. */
public record Section(String heading, String html) {

  /** What links name it. */
  public String id() {
    return idOf(heading);
  }

  /** Lower case, and only what an address may hold. */
  public static String idOf(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  String folded() {
    return "<details id=\""
        + id()
        + "\"><summary><h2>"
        + HtmlPage.escaped(heading)
        + "</h2></summary>\n"
        + html
        + "</details>\n";
  }

  String link() {
    return "<a href=\"#" + id() + "\">" + HtmlPage.escaped(heading) + "</a>";
  }
}
