package org.smalloc4j.bench.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one replay JVM found out about one allocator, trace and mode.
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
    long peakLiveBytes) {

  /** A measurement that did not come about. */
  public static Measurement failed(
      String target, String trace, String mode, @Nullable String version, String failure) {
    return new Measurement(
        target, trace, mode, version, failure, 0, false, 0, List.of(), List.of(), null, null, 0);
  }

  /** Whether it can be compared with those of other allocators: succeeded, on all of the trace. */
  public boolean comparable() {
    return failure == null && whole;
  }

  /** Median time of a timed round, per event. */
  public double nanosPerEvent() {
    return median(roundNanos) / events;
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
    long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
