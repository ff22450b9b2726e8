package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What every allocator is asked to do. */
public sealed interface Workload permits Question, ProgramWorkload, TraceWorkload, StartUp {

  /** What it is like; a run is summed up by it. */
  enum Kind {
    QUESTION("small questions"),
    PROGRAM("programs"),
    TRACE("recorded programs"),
    START_UP("start-up");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  String name();

  Kind kind();

  /** What is done, and what counts as an operation. */
  String description();

  /** What its samples are in; less is better. */
  String unit();

  /** The smallest set that it is part of. */
  BenchSet set();

  /** Whether the peer can do it, and the result means something. */
  boolean suits(Peer peer);

  /** Measures it; what goes wrong in the allocator becomes a failed answer. */
  Answer ask(Peer peer, Tools tools) throws IOException;

  /** All workloads in the order of the tables. */
  static List<Workload> all() {
    var all = new ArrayList<Workload>();
    all.addAll(Question.all());
    all.addAll(ProgramWorkload.all());
    all.addAll(TraceWorkload.all());
    all.addAll(StartUp.all());
    return List.copyOf(all);
  }
}
