package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.process.OthersCpu;
import org.smalloc4j.bench.replay.Measurement;

/** What speaks against a measurement, or against all of a run. */
public final class Doubts {

  private Doubts() {}

  /** Of one measurement; empty if there are none. */
  static String of(Measurement measurement) {
    Stream<String> spread =
        measurement.spread() > Measurement.WIDE_SPREAD
            ? Stream.of("spread over " + Digits.percent(Measurement.WIDE_SPREAD))
            : Stream.of();
    return Stream.concat(spread, Stream.of(ofOthers(measurement.othersCpu())))
        .filter(doubt -> !doubt.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** Of a measurement during which others took this share of the CPUs; empty if that is little. */
  public static String ofOthers(@Nullable Double share) {
    return isBusy(share)
        ? "others used " + Digits.percent(Objects.requireNonNull(share)) + " of the CPUs"
        : "";
  }

  private static boolean isBusy(@Nullable Double share) {
    return share != null && share > OthersCpu.BUSY;
  }

  /** A sentence about the machine, if it was not idle: others' shares in each measurement. */
  public static Optional<String> ofOthers(List<@Nullable Double> shares) {
    List<@Nullable Double> busy = shares.stream().filter(Doubts::isBusy).toList();
    return busy.stream()
        .filter(Objects::nonNull)
        .max(Double::compare)
        .map(
            most ->
                String.format(
                    Locale.ROOT,
                    "This machine was not idle: in %d of %d measurements other processes used more"
                        + " than %s of its CPU time, up to %s. Measure again when it is.",
                    busy.size(),
                    shares.size(),
                    Digits.percent(OthersCpu.BUSY),
                    Digits.percent(most)));
  }

  /** Sentences about the machine, if it was not idle, and about rounds that differ. */
  static List<String> of(ReplayResults results) {
    List<Measurement> done =
        results.measurements().stream().filter(m -> m.failure() == null).toList();
    var shares = new ArrayList<@Nullable Double>();
    done.forEach(m -> shares.add(m.othersCpu()));
    var doubts = new ArrayList<String>();
    ofOthers(shares).ifPresent(doubts::add);
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
