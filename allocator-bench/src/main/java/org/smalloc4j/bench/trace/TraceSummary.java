package org.smalloc4j.bench.trace;

/**
 * What is worth knowing of a trace without its events.
 *
 * @param threads number of threads that have events
 * @param peakLiveBytes most asked bytes live at one time in recorded order
 */
public record TraceSummary(String name, int events, int threads, int ids, long peakLiveBytes) {

  public static TraceSummary of(Trace trace) {
    long threads = new String(trace.threadOf()).chars().distinct().count();
    return new TraceSummary(
        trace.name(), trace.events(), (int) threads, trace.ids(), trace.peakLiveBytes());
  }
}
