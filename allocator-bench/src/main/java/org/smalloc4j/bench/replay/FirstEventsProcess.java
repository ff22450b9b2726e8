package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceReader;

/**
 * The main class of a JVM that plays a trace, from its first event on and again and again, and
 * tells how long each of its first rounds took. Nothing was called before: not the player, and of
 * the allocator only what opens it.
 */
final class FirstEventsProcess {

  private FirstEventsProcess() {}

  /**
   * Takes the name of a {@link TargetKind}, the trace, and the file to write. It ends by itself, as
   * it must where an ahead-of-time cache is made of it.
   */
  public static void main(String[] args) throws IOException {
    Trace trace = TraceReader.read(Path.of(args[1]));
    ReplayTarget target = TargetKind.valueOf(args[0]).open(trace.ids(), false);
    Script script = Scripts.sequential(trace);
    if (script.length() == 0) {
      throw new ReplayException("the trace has no event");
    }
    long[] nanos = rounds(script, new Player(script, target, new BlockTable(trace.ids())));
    Path file = Path.of(args[2]);
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(
        whole, Arrays.stream(nanos).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static long[] rounds(Script script, Player player) {
    long[] nanos = new long[FirstEvents.ROUNDS];
    int event = 0;
    int pass = 0;
    long begin = System.nanoTime();
    for (int round = 0; round < nanos.length; round++) {
      for (int left = FirstEvents.ROUND_EVENTS; left > 0; ) {
        int end = Math.min(event + left, script.length());
        player.play(event, end, pass, null);
        left -= end - event;
        event = end;
        if (event == script.length()) {
          player.freeSurvivors(pass++);
          event = 0;
        }
      }
      long now = System.nanoTime();
      nanos[round] = now - begin;
      begin = now;
    }
    return nanos;
  }
}
