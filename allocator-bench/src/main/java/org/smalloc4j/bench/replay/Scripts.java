package org.smalloc4j.bench.replay;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceFormat;

/** Splits a trace into the scripts of its replaying threads. */
final class Scripts {

  private static final int NOBODY = -1;
  private static final int SEVERAL = -2;

  private final Trace trace;
  private final int[] turns;

  /** Per id, the event that acts on it last. */
  private final int[] lastEvent;

  private Scripts(Trace trace, int[] turns) {
    this.trace = trace;
    this.turns = turns;
    this.lastEvent = new int[trace.ids()];
    Arrays.fill(lastEvent, NOBODY);
    for (int event = 0; event < trace.events(); event++) {
      lastEvent[trace.idOf()[event]] = event;
    }
  }

  /** One script of all events. */
  static Script sequential(Trace trace) {
    int[] turns = new int[trace.events()];
    Arrays.fill(turns, Script.UNSHARED);
    return new Scripts(trace, turns).script(IntStream.range(0, trace.events()).toArray());
  }

  /** One script per recorded thread that has events. */
  static List<Script> perThread(Trace trace) {
    int[][] eventsOf = new int[trace.threads()][];
    int[] counts = new int[trace.threads()];
    for (char thread : trace.threadOf()) {
      counts[thread]++;
    }
    Arrays.setAll(eventsOf, thread -> new int[counts[thread]]);
    Arrays.fill(counts, 0);
    for (int event = 0; event < trace.events(); event++) {
      int thread = trace.threadOf()[event];
      eventsOf[thread][counts[thread]++] = event;
    }
    var scripts = new Scripts(trace, turnsOf(trace));
    return Arrays.stream(eventsOf)
        .filter(events -> events.length > 0)
        .map(scripts::script)
        .toList();
  }

  private static int[] turnsOf(Trace trace) {
    int[] users = new int[trace.ids()];
    Arrays.fill(users, NOBODY);
    for (int event = 0; event < trace.events(); event++) {
      int id = trace.idOf()[event];
      int thread = trace.threadOf()[event];
      users[id] = users[id] == NOBODY || users[id] == thread ? thread : SEVERAL;
    }
    int[] next = new int[trace.ids()];
    int[] turns = new int[trace.events()];
    for (int event = 0; event < trace.events(); event++) {
      int id = trace.idOf()[event];
      turns[event] = users[id] == SEVERAL ? next[id]++ : Script.UNSHARED;
    }
    return turns;
  }

  private Script script(int[] events) {
    byte[] ops = new byte[events.length];
    byte[] alignLog2 = new byte[events.length];
    int[] idOf = new int[events.length];
    long[] sizes = new long[events.length];
    long[] sizesBefore = new long[events.length];
    int[] turnsOf = new int[events.length];
    for (int i = 0; i < events.length; i++) {
      int event = events[i];
      ops[i] = trace.ops()[event];
      alignLog2[i] = trace.alignLog2()[event];
      idOf[i] = trace.idOf()[event];
      sizes[i] = trace.sizes()[event];
      sizesBefore[i] = trace.sizesBefore()[event];
      turnsOf[i] = turns[event];
    }
    int[] lasting = Arrays.stream(events).filter(this::isLastAndLeavesBlockLive).toArray();
    int[] survivors = Arrays.stream(lasting).map(event -> trace.idOf()[event]).toArray();
    long[] survivorSizes =
        Arrays.stream(lasting).mapToLong(event -> trace.sizes()[event]).toArray();
    return new Script(
        trace, ops, alignLog2, idOf, sizes, sizesBefore, turnsOf, events, survivors, survivorSizes);
  }

  private boolean isLastAndLeavesBlockLive(int event) {
    return lastEvent[trace.idOf()[event]] == event && trace.ops()[event] != TraceFormat.FREE;
  }
}
