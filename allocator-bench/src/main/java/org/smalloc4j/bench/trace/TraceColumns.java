package org.smalloc4j.bench.trace;

import static org.smalloc4j.bench.trace.TraceFormat.FREE;
import static org.smalloc4j.bench.trace.TraceFormat.REALLOC;

/**
 * The columns as the file holds them, all of one length, before what follows from them is known.
 */
@SuppressWarnings("ArrayRecordComponent") // columns, compared by nobody
record TraceColumns(byte[] ops, byte[] alignLog2, char[] threadOf, int[] idOf, long[] sizes) {

  /** Adds what follows from the order of the events: sizes before each event, and the peak. */
  Trace toTrace(String name, int threads, int ids) {
    long[] sizeOf = new long[ids];
    long[] sizesBefore = new long[ops.length];
    long live = 0;
    long peak = 0;
    for (int event = 0; event < ops.length; event++) {
      int id = idOf[event];
      if (ops[event] == FREE || ops[event] == REALLOC) {
        sizesBefore[event] = sizeOf[id];
      }
      live += sizes[event] - sizesBefore[event];
      sizeOf[id] = sizes[event];
      peak = Math.max(peak, live);
    }
    return new Trace(name, threads, ids, ops, alignLog2, threadOf, idOf, sizes, sizesBefore, peak);
  }
}
