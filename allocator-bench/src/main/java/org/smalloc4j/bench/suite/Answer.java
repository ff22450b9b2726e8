package org.smalloc4j.bench.suite;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one allocator took for one workload.
 *
 * @param workload its name
 * @param unit of the samples
 * @param allocator label of the peer
 * @param version of what was measured, null if it did not tell
 * @param samples of each process, in its order; empty if it failed
 * @param also further figures by their names in {@link Figure}
 * @param failure what went wrong, null if nothing did
 */
public record Answer(
    String workload,
    String unit,
    String allocator,
    @Nullable String version,
    List<List<Double>> samples,
    Map<String, Double> also,
    @Nullable String failure) {

  static Answer of(
      Workload workload, Peer peer, List<List<Double>> samples, Map<String, Double> also) {
    return new Answer(workload.name(), workload.unit(), peer.label(), null, samples, also, null);
  }

  static Answer failed(Workload workload, Peer peer, String failure) {
    return new Answer(
        workload.name(), workload.unit(), peer.label(), null, List.of(), Map.of(), failure);
  }

  /** The same with a version. */
  Answer withVersion(@Nullable String told) {
    return new Answer(workload, unit, allocator, told, samples, also, failure);
  }

  /** Null if it failed. */
  public @Nullable Estimate estimate() {
    return samples.isEmpty() ? null : Estimate.of(samples);
  }
}
