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
    return "<details id=\"%s\"><summary><h2>%s</h2></summary>%n%s</details>%n"
        .formatted(id(), HtmlPage.escaped(heading), html);
  }

  String link() {
    return "<a href=\"#%s\">%s</a>".formatted(id(), HtmlPage.escaped(heading));
  }
}
