package org.smalloc4j.bench.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.TextTable;

class DesignResultsTest {

  private static final String SYSTEM = Design.SYSTEM.label();
  private static final String PAGE = Design.PAGE.label();

  private final Answers answers = new Answers();

  private DesignResults results() {
    var environment = new Environment("cpu", 2, "kernel", "jvm", "commit", "date", List.of(), null);
    return new DesignResults(environment, 3, 0.1, 10, answers.all(), Map.of(SYSTEM, 1234));
  }

  private String tables() {
    StringBuilder text = new StringBuilder();
    new DesignTables(results()).all().forEach(table -> text.append(TextTable.of(table)));
    return text.toString();
  }

  @Test
  void aTimeIsTheMedianOfTheRoundsAndTheBest() {
    for (double nanos : List.of(30.0, 10.0, 20.0)) {
      answers.add("pair", SYSTEM, Findings.of(Map.of(Loop.NANOS, nanos)));
    }
    assertEquals(20.0, results().median("pair", SYSTEM, Loop.NANOS).orElseThrow());
    assertTrue(tables().contains("20.0 (10.0)"), this::tables);
  }

  @Test
  void whatFailedInARoundIsInTheTableWithTheReason() {
    answers.add("pair", SYSTEM, Findings.of(Map.of(Loop.NANOS, 1.0)));
    answers.add("pair", SYSTEM, Findings.failed("it hung"));
    assertTrue(results().anyFailed());
    assertTrue(tables().contains("pair failed: it hung"), this::tables);
  }

  @Test
  void waitingIsAShareAndWhoHasNoLockHasNoRow() {
    answers.add("scaling", SYSTEM, Findings.of(Map.of("millions.1", 2.0, "millions.2", 3.5)));
    answers.add(
        "scaling",
        PAGE,
        Findings.of(
            Map.of("millions.1", 2.0, "millions.2", 1.5, "waiting.1", 0.0, "waiting.2", 0.625)));
    String text = tables();
    String waiting = text.substring(text.indexOf("% of the threads' time"));
    waiting = waiting.substring(0, waiting.indexOf("lines"));
    assertTrue(waiting.contains(PAGE + "  0  63"), text);
    assertTrue(!waiting.contains(SYSTEM), text);
  }

  @Test
  void memoryIsToldInMebibytesAndAsWaste() {
    answers.add(
        "memory",
        PAGE,
        Findings.of(Map.of("live", 0x1p20, "resident", 0x1p22, "freed", 0x1p19, "trimmed", 0.0)));
    assertTrue(
        tables().matches("(?s).*classic-page +1\\.0 +4\\.0 +0\\.5 +0\\.0 +4\\.00 .*"),
        this::tables);
  }

  @Test
  void onlyWhatWasMeasuredHasAChart() {
    answers.add("pair", SYSTEM, Findings.of(Map.of(Loop.NANOS, 1.0)));
    assertEquals(
        List.of("times.svg", "lines.svg"), List.copyOf(new DesignCharts(results()).all().keySet()));
  }
}
