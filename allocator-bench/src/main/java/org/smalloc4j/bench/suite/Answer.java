package org.smalloc4j.bench.suite;

import java.util.HashMap;
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

  /** Beside the figures; a measurement that has been disturbed is told of, and needs no column. */
  private static final String OTHERS = "othersCpu";

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

  /** The same with the share of the CPUs that others took meanwhile, if it is known. */
  public Answer withOthers(@Nullable Double share) {
    if (share == null) {
      return this;
    }
    var more = new HashMap<>(also);
    more.put(OTHERS, share);
    return new Answer(workload, unit, allocator, version, samples, more, failure);
  }

  /** Share of the machine's CPU time, 0 to 1, that others took meanwhile; null if unknown. */
  @Nullable Double others() {
    return also.get(OTHERS);
  }

  /** Null if it failed. */
  public @Nullable Estimate estimate() {
    return samples.isEmpty() ? null : Estimate.of(samples);
  }
}
