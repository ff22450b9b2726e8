package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is measured in a run, in this order: all peers one after the other for each workload. */
public record Plan(BenchSet set, List<Step> steps) {

  /** One workload for one peer. */
  public record Step(Workload workload, Peer peer) {}

  /**
   * Of a set, with those workloads alone whose names are or contain one of {@code texts} unless
   * there is none, and with those peers alone that {@code labels} name unless there is none.
   *
   * @throws IllegalArgumentException if a text or a label fits nothing, or nothing is left
   */
  public static Plan of(BenchSet set, List<String> texts, List<String> labels) {
    List<Workload> workloads = workloads(set, texts);
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
  private static List<Workload> workloads(BenchSet set, List<String> texts) {
    List<Workload> all = Workload.all();
    if (texts.isEmpty()) {
      return all.stream().filter(workload -> set.contains(workload.set())).toList();
    }
    List<Workload> chosen = texts.stream().flatMap(text -> fitting(all, text)).distinct().toList();
    return all.stream().filter(chosen::contains).toList();
  }

  /** The one with that name, or if there is none all whose names contain it. */
  private static Stream<Workload> fitting(List<Workload> all, String text) {
    List<Workload> exactly = all.stream().filter(w -> w.name().equals(text)).toList();
    List<Workload> containing = all.stream().filter(w -> w.name().contains(text)).toList();
    if (containing.isEmpty()) {
      throw new IllegalArgumentException(
          "no workload contains \""
              + text
              + "\", there are: "
              + all.stream().map(Workload::name).collect(Collectors.joining("; ")));
    }
    return (exactly.isEmpty() ? containing : exactly).stream();
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
