package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceReader;

/** The main class of a JVM that plays a trace with the stepped classes and counts each call. */
final class StepsProcess {

  private StepsProcess() {}

  /**
   * Takes the name of a {@link TargetKind}, the trace, the mode, the rounds and the file to write.
   */
  public static void main(String[] args) throws IOException {
    Trace trace = TraceReader.read(Path.of(args[1]));
    boolean threaded = Mode.valueOf(args[2]) == Mode.THREADED;
    int rounds = Integer.parseInt(args[3]);
    var target = new SteppedTarget(TargetKind.valueOf(args[0]).open(trace.ids(), threaded));
    try (Replay replay =
        threaded ? new ThreadedReplay(trace, target) : new SequentialReplay(trace, target)) {
      for (int round = 0; round < rounds; round++) {
        replay.round(round, null);
      }
    }
    Path file = Path.of(args[4]);
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    String text =
        target.mallocs().figures().toText()
            + "\n"
            + target.reallocs().figures().toText()
            + "\n"
            + target.frees().figures().toText();
    Files.writeString(whole, text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    System.exit(0);
  }
}
