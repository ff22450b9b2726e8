package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is measured in a run, in this order: all peers one after the other for each workload. */
public record Plan(BenchSet set, List<Step> steps) {

  /** One workload for one peer. */
  public record Step(Workload workload, Peer peer) {}

  /**
   * Of a set, with those workloads alone whose names contain one of {@code parts} unless there is
   * none, and with those peers alone that {@code labels} name unless there is none.
   *
   * @throws IllegalArgumentException if a part or a label fits nothing, or nothing is left
   */
  public static Plan of(BenchSet set, List<String> parts, List<String> labels) {
    List<Workload> workloads = workloads(set, parts);
    List<Peer> all = Peer.all();
    List<Peer> named = labels.stream().map(label -> named(all, label)).distinct().toList();
    var steps = new ArrayList<Step>();
    for (Workload workload : workloads) {
      for (Peer peer : labels.isEmpty() ? all : named) {
        if (workload.suits(peer) && (!labels.isEmpty() || set.asks(peer, workload))) {
          steps.add(new Step(workload, peer));
        }
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("none of these allocators can do these workloads");
    }
    return new Plan(set, List.copyOf(steps));
  }

  /** Workloads that are named may be of a larger set. */
  private static List<Workload> workloads(BenchSet set, List<String> parts) {
    List<Workload> all = Workload.all();
    if (parts.isEmpty()) {
      return all.stream().filter(workload -> set.contains(workload.set())).toList();
    }
    for (String part : parts) {
      if (all.stream().noneMatch(workload -> workload.name().contains(part))) {
        throw new IllegalArgumentException(
            "no workload contains \""
                + part
                + "\", there are: "
                + all.stream().map(Workload::name).collect(Collectors.joining("; ")));
      }
    }
    return all.stream()
        .filter(workload -> parts.stream().anyMatch(part -> workload.name().contains(part)))
        .toList();
  }

  private static Peer named(List<Peer> all, String label) {
    return all.stream()
        .filter(peer -> peer.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no allocator \""
                        + label
                        + "\", there are: "
                        + all.stream().map(Peer::label).collect(Collectors.joining(", "))));
  }
}
