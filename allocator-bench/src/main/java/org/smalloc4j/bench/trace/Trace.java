package org.smalloc4j.bench.trace;

import java.util.Arrays;

/**
 * A decoded and verified trace: one column per field, indexed by event number.
 *
 * <p>The columns are shared, not copied; nobody writes to them after the reader has returned.
 *
 * @param name the file name without {@code .atrace.gz}
 * @param threads number of thread indices
 * @param ids number of allocation ids; ids are 0 … ids−1
 * @param ops the operation, a constant of {@link TraceFormat}
 * @param alignLog2 log2 of the asked alignment, 0 except for aligned allocations
 * @param threadOf index of the thread that made the call
 * @param idOf id the event acts on
 * @param sizes size of the block after the event; 0 for a free
 * @param sizesBefore size of the block before the event; 0 for an allocation
 * @param peakLiveBytes largest sum of asked bytes live at one time, in recorded order
 */
@SuppressWarnings("ArrayRecordComponent") // columns, compared by nobody
public record Trace(
    String name,
    int threads,
    int ids,
    byte[] ops,
    byte[] alignLog2,
    char[] threadOf,
    int[] idOf,
    long[] sizes,
    long[] sizesBefore,
    long peakLiveBytes) {

  /** Number of events. */
  public int events() {
    return ops.length;
  }

  /** The trace cut after its first {@code limit} events, or this one if it is not longer. */
  public Trace first(int limit) {
    if (events() <= limit) {
      return this;
    }
    var shorter =
        new TraceColumns(
            Arrays.copyOf(ops, limit),
            Arrays.copyOf(alignLog2, limit),
            Arrays.copyOf(threadOf, limit),
            Arrays.copyOf(idOf, limit),
            Arrays.copyOf(sizes, limit));
    return shorter.toTrace(name, threads, ids);
  }

  /** One event in words, for messages. */
  public String describe(int event) {
    return "event "
        + event
        + " ("
        + TraceFormat.name(ops[event])
        + " of id "
        + idOf[event]
        + " by thread "
        + (int) threadOf[event]
        + ")";
  }
}
