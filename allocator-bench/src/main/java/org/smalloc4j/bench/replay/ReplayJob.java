package org.smalloc4j.bench.replay;

import java.nio.file.Path;
import java.util.List;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * What one replay JVM is to do.
 *
 * @param rounds number of timed rounds, at least 1; a short trace gets more, one that takes long
 *     fewer
 * @param eventLimit number of events of the trace to play at most
 * @param compileMillis how long another thread plays the trace first, sequentially, for the JIT
 *     compiler; 0: not at all
 */
public record ReplayJob(
    TargetKind target, Path trace, Mode mode, int rounds, int eventLimit, int compileMillis) {

  List<String> toArguments() {
    return List.of(
        target.name(),
        trace.toString(),
        mode.name(),
        Integer.toString(rounds),
        Integer.toString(eventLimit),
        Integer.toString(compileMillis));
  }

  static ReplayJob fromArguments(List<String> arguments) {
    return new ReplayJob(
        TargetKind.valueOf(arguments.get(0)),
        Path.of(arguments.get(1)),
        Mode.valueOf(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Integer.parseInt(arguments.get(4)),
        Integer.parseInt(arguments.get(5)));
  }
}
