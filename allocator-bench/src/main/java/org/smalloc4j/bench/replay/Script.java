package org.smalloc4j.bench.replay;

import org.smalloc4j.bench.trace.Trace;

/**
 * The events one replaying thread makes, as columns.
 *
 * @param trace what the events are part of
 * @param events their numbers in the trace
 * @param turns for an event on a block that several threads share, how many events on that block
 *     precede it; {@link #UNSHARED} otherwise
 * @param survivors ids live after the last event of the trace, which this thread frees
 * @param survivorSizes their sizes
 */
@SuppressWarnings("ArrayRecordComponent") // columns, compared by nobody
record Script(
    Trace trace,
    byte[] ops,
    byte[] alignLog2,
    int[] idOf,
    long[] sizes,
    long[] sizesBefore,
    int[] turns,
    int[] events,
    int[] survivors,
    long[] survivorSizes) {

  /** The turn of an event that need not wait for, or be seen by, another thread. */
  static final int UNSHARED = -1;

  int length() {
    return ops.length;
  }
}
