package org.smalloc4j.bench.trace;

import static org.smalloc4j.bench.trace.TraceFormat.FREE;
import static org.smalloc4j.bench.trace.TraceFormat.REALLOC;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The law of the ids: each is allocated once, then acted on, then freed at most once. */
final class IdLifetimes {

  private static final byte UNSEEN = 0;
  private static final byte LIVE = 1;
  private static final byte FREED = 2;

  private IdLifetimes() {}

  static void check(Path file, TraceColumns columns, int ids) throws DamagedTraceException {
    byte[] states = new byte[ids];
    int allocated = 0;
    for (int event = 0; event < columns.ops().length; event++) {
      byte op = columns.ops()[event];
      int id = columns.idOf()[event];
      boolean allocates = op != FREE && op != REALLOC;
      String fault = faultOf(states[id], allocates);
      if (fault != null) {
        throw new DamagedTraceException(
            file, event, TraceFormat.name(op) + " of id " + id + ", which " + fault);
      }
      states[id] = op == FREE ? FREED : LIVE;
      allocated += allocates ? 1 : 0;
    }
    if (allocated != ids) {
      throw new DamagedTraceException(
          file,
          columns.ops().length,
          "the trace ends with " + allocated + " ids allocated, the header announces " + ids);
    }
  }

  private static @Nullable String faultOf(byte state, boolean allocates) {
    return switch (state) {
      case UNSEEN -> allocates ? null : "was not allocated before";
      case LIVE -> allocates ? "is allocated already" : null;
      default -> allocates ? "was allocated and freed before" : "was freed before";
    };
  }
}
