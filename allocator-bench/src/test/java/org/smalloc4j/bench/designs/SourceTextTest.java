package org.smalloc4j.bench.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTextTest {

  @Test
  void blankLinesAndCommentsAreNoLinesOfCode() {
    String source =
        """
        /** A class. */
        class A { // its begin

          /*
           * Idea.
           */
          int a; /* an int */ int b;
          // none
        }
        """;
    assertEquals(3, SourceText.codeLines(source));
  }

  @Test
  void whatLooksLikeACommentBetweenQuotesIsCode() {
    assertEquals(3, SourceText.codeLines("a = \"/*\";\nb = '\"'; c = \"\\\"//\";\nd();\n"));
  }

  @Test
  void theLinesOfATextAreCode() {
    assertEquals(4, SourceText.codeLines("a =\n\"\"\"\n/* a\n\"\"\";\n// b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A.b(); // C.d()       | A.b();",
        "A /* B */ C           | A  C",
        "A = \"B\"             | A = \"\"",
        "char c = '\\''; D     | char c = ''; D",
        "A /* never ended      | A"
      })
  void commentsAndTextsAreLeftOut(String source, String code) {
    assertEquals(code, SourceText.code(source).strip());
  }
}
