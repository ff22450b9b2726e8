package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.replay.Mode;
import org.smalloc4j.bench.replay.ReplayJob;
import org.smalloc4j.bench.trace.BundledTraces;
import org.smalloc4j.bench.trace.TraceReader;
import org.smalloc4j.bench.trace.TraceSummary;

/** A recorded program. */
public record TraceWorkload(String trace, Mode mode, BenchSet set) implements Workload {

  /** The bundled ones; those with several threads in both modes. */
  static List<TraceWorkload> all() {
    return List.of(
        new TraceWorkload("ffmpeg", Mode.SEQUENTIAL, BenchSet.STANDARD),
        new TraceWorkload("gcc", Mode.SEQUENTIAL, BenchSet.STANDARD),
        new TraceWorkload("node", Mode.SEQUENTIAL, BenchSet.QUICK),
        new TraceWorkload("rocksdb", Mode.SEQUENTIAL, BenchSet.STANDARD),
        new TraceWorkload("sqlite", Mode.SEQUENTIAL, BenchSet.QUICK),
        new TraceWorkload("node", Mode.THREADED, BenchSet.STANDARD),
        new TraceWorkload("rocksdb", Mode.THREADED, BenchSet.STANDARD));
  }

  @Override
  public String name() {
    return "trace " + trace + ", " + mode.label();
  }

  @Override
  public Kind kind() {
    return Kind.TRACE;
  }

  @Override
  public String description() {
    return BundledTraces.whatRan(trace);
  }

  @Override
  public String unit() {
    return "ns/event";
  }

  @Override
  public boolean suits(Peer peer) {
    TargetKind kind = peer.java();
    return kind != null
        && !kind.isForOneThread()
        && !kind.waitsForCollector()
        && kind.eventLimit(mode == Mode.THREADED) == Integer.MAX_VALUE;
  }

  @Override
  public Answer ask(Peer peer, Tools tools) throws IOException {
    Path file =
        BundledTraces.find(trace)
            .orElseThrow(() -> new IOException("no bundled trace \"" + trace + "\""));
    TraceSummary summary = TraceSummary.of(TraceReader.read(file));
    var job =
        new ReplayJob(
            Objects.requireNonNull(peer.java()),
            file,
            mode,
            tools.set().rounds(),
            Integer.MAX_VALUE,
            0);
    var samples = new ArrayList<List<Double>>();
    var also = new HashMap<String, Double>();
    String version = null;
    for (int i = 0; i < tools.set().processes(); i++) {
      Measurement measurement = tools.replays().run(job, summary);
      if (measurement.failure() != null) {
        return Answer.failed(this, peer, measurement.failure());
      }
      version = measurement.version();
      samples.add(
          measurement.roundNanos().stream()
              .map(nanos -> (double) nanos / measurement.events())
              .toList());
      Long peak = measurement.residentBytes();
      if (peak != null) {
        also.put(Figure.PEAK.key(), peak.doubleValue());
      }
    }
    return Answer.of(this, peer, samples, also).withVersion(version);
  }
}
