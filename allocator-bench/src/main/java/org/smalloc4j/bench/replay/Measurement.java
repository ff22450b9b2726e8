package org.smalloc4j.bench.replay;

import java.io.Serializable;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one replay JVM, or several, found out about one allocator, trace and mode.
 *
 * @param target label of the allocator
 * @param trace name of the trace
 * @param mode label of the mode
 * @param version what was measured, null if it could not be opened
 * @param failure why there is no result, null if there is one
 * @param events number of events played per round
 * @param whole whether that is all of the trace
 * @param coldNanos time of the cold round, in which memory was measured
 * @param settlingNanos times of the rounds after it, in which the JIT compiler settles
 * @param roundNanos times of the timed rounds, which follow
 * @param baselineBytes resident memory of the JVM before the cold round, null if unknown
 * @param peakBytes peak of the resident memory in the cold round, null if unknown
 * @param peakLiveBytes most asked bytes live at one time in the cold round
 * @param processes how many JVMs the rounds are of; null in results of earlier versions
 * @param othersCpu share of the machine's CPU time, 0 to 1, that other processes took in the timed
 *     rounds, the most of any JVM; null if unknown
 */
public record Measurement(
    String target,
    String trace,
    String mode,
    @Nullable String version,
    @Nullable String failure,
    int events,
    boolean whole,
    long coldNanos,
    List<Long> settlingNanos,
    List<Long> roundNanos,
    @Nullable Long baselineBytes,
    @Nullable Long peakBytes,
    long peakLiveBytes,
    @Nullable Integer processes,
    @Nullable Double othersCpu)
    implements Serializable {

  /** Timed rounds that lie further apart are flagged. */
  public static final double WIDE_SPREAD = 0.2;

  private static final double TENTH = 0.1;

  /** A measurement that did not come about. */
  public static Measurement failed(
      String target, String trace, String mode, @Nullable String version, String failure) {
    return new Measurement(
        target, trace, mode, version, failure, 0, false, 0, List.of(), List.of(), null, null, 0, 1,
        null);
  }

  /**
   * What several processes have found out about the same: all their timed rounds, the cold time in
   * the middle, and the memory of the process in the middle. One that failed stands for all.
   */
  public static Measurement together(List<Measurement> processes) {
    for (Measurement process : processes) {
      if (process.failure != null) {
        return process;
      }
    }
    Measurement middle =
        processes.stream()
            .sorted(Comparator.comparing(m -> Objects.requireNonNullElse(m.residentBytes(), 0L)))
            .toList()
            .get((processes.size() - 1) / 2);
    return new Measurement(
        middle.target,
        middle.trace,
        middle.mode,
        middle.version,
        null,
        middle.events,
        middle.whole,
        Math.round(median(processes.stream().map(Measurement::coldNanos).toList())),
        processes.stream().flatMap(m -> m.settlingNanos.stream()).toList(),
        processes.stream().flatMap(m -> m.roundNanos.stream()).toList(),
        middle.baselineBytes,
        middle.peakBytes,
        middle.peakLiveBytes,
        processes.size(),
        processes.stream()
            .map(Measurement::othersCpu)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null));
  }

  /** Whether it can be compared with those of other allocators: succeeded, on all of the trace. */
  public boolean comparable() {
    return failure == null && whole;
  }

  /** Median time of a timed round, per event. */
  public double nanosPerEvent() {
    return median(roundNanos) / events;
  }

  /** Time that so much of the rounds, 0.25 say, are shorter than, per event. */
  public double nanosPerEvent(double quantile) {
    return quantile(roundNanos, quantile) / events;
  }

  /** Time of the best timed round, per event. */
  public double bestNanosPerEvent() {
    return (double) Collections.min(roundNanos) / events;
  }

  /** Time of the cold round, per event. */
  public double coldNanosPerEvent() {
    return (double) coldNanos / events;
  }

  /**
   * How far the timed rounds lie apart: from the tenth of them that is shortest to the tenth that
   * is longest, relative to the median.
   */
  public double spread() {
    long[] sorted = roundNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    int edge = (int) (sorted.length * TENTH);
    return (sorted[sorted.length - 1 - edge] - sorted[edge]) / median(roundNanos);
  }

  /** Resident memory the replay added to the JVM at its peak, null if unknown. */
  public @Nullable Long residentBytes() {
    return peakBytes == null || baselineBytes == null ? null : peakBytes - baselineBytes;
  }

  /** Resident bytes per live byte, each at its peak; null if unknown. */
  public @Nullable Double waste() {
    Long resident = residentBytes();
    return resident == null || peakLiveBytes == 0 ? null : (double) resident / peakLiveBytes;
  }

  static double median(List<Long> values) {
    return quantile(values, 0.5);
  }

  /** Between the two values that it lies between, in proportion. */
  private static double quantile(List<Long> values, double quantile) {
    long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
    double place = quantile * (sorted.length - 1);
    int below = (int) place;
    long above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (place - below) * (above - sorted[below]);
  }
}
