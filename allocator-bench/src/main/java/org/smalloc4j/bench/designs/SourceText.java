package org.smalloc4j.bench.designs;

/** Java source as text. */
final class SourceText {

  private final String source;
  private final StringBuilder code = new StringBuilder();
  private int at;

  private SourceText(String source) {
    this.source = source;
  }

  /** The source without comments and without what stands between quotes; line breaks stay. */
  static String code(String source) {
    return new SourceText(source).strip();
  }

  /** How many lines hold code: not those that are blank or comment alone. */
  static int codeLines(String source) {
    return (int) code(source).lines().filter(line -> !line.isBlank()).count();
  }

  private String strip() {
    while (at < source.length()) {
      if (source.startsWith("//", at)) {
        skipTo("\n", 0);
      } else if (source.startsWith("/*", at)) {
        at += 2;
        skipTo("*/", 2);
      } else if (source.startsWith("\"\"\"", at)) {
        keep(3);
        skipQuoted("\"\"\"");
      } else if (source.charAt(at) == '"' || source.charAt(at) == '\'') {
        String quote = source.substring(at, at + 1);
        keep(1);
        skipQuoted(quote);
      } else {
        keep(1);
      }
    }
    return code.toString();
  }

  private void keep(int characters) {
    code.append(source, at, at + characters);
    at += characters;
  }

  /** Drops all before an end, and some of it, but for line breaks. */
  private void skipTo(String end, int more) {
    int found = source.indexOf(end, at);
    int next = found < 0 ? source.length() : found + more;
    source.substring(at, next).chars().filter(c -> c == '\n').forEach(_ -> code.append('\n'));
    at = next;
  }

  /** Keeps the end quote and, so that a line of text counts, a letter for all before it. */
  private void skipQuoted(String quote) {
    while (at < source.length() && !source.startsWith(quote, at)) {
      if (source.charAt(at) == '\\') {
        at++;
      } else if (source.charAt(at) == '\n') {
        code.append("\n\"");
      }
      at++;
    }
    if (at < source.length()) {
      keep(quote.length());
    }
  }
}
