package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.smalloc4j.bench.replay.Measurement;

/** What speaks against a measurement, or against all of a run. */
final class Doubts {

  private Doubts() {}

  /** Of one measurement; empty if there are none. */
  static String of(Measurement measurement) {
    var doubts = new ArrayList<String>();
    if (measurement.spread() > Measurement.WIDE_SPREAD) {
      doubts.add("spread over " + Digits.percent(Measurement.WIDE_SPREAD));
    }
    Double others = measurement.othersCpu();
    if (others != null && others > Measurement.BUSY) {
      doubts.add("others used " + Digits.percent(others) + " of the CPUs");
    }
    return String.join(", ", doubts);
  }

  /** Sentences about the machine, if it was not idle. */
  static List<String> of(ReplayResults results) {
    List<Measurement> done =
        results.measurements().stream().filter(m -> m.failure() == null).toList();
    List<Double> shares =
        done.stream()
            .map(Measurement::othersCpu)
            .filter(Objects::nonNull)
            .filter(share -> share > Measurement.BUSY)
            .sorted()
            .toList();
    var doubts = new ArrayList<String>();
    if (!shares.isEmpty()) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "This machine was not idle: in %d of %d measurements other processes used more than"
                  + " %s of its CPU time, up to %s. Measure again when it is.",
              shares.size(),
              done.size(),
              Digits.percent(Measurement.BUSY),
              Digits.percent(shares.getLast())));
    }
    long wide = done.stream().filter(m -> m.spread() > Measurement.WIDE_SPREAD).count();
    if (wide > 0) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "The rounds of %d of %d measurements spread over more than %s of their median.",
              wide,
              done.size(),
              Digits.percent(Measurement.WIDE_SPREAD)));
    }
    return doubts;
  }
}
