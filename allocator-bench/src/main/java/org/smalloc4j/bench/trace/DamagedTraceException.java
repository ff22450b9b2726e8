package org.smalloc4j.bench.trace;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Says that a file is not a valid trace: which file, at which event, and why. */
public final class DamagedTraceException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  DamagedTraceException(Path file, long event, String reason) {
    super(file + ": event " + event + ": " + reason);
  }

  /** A fault of the file as a whole or of its header, met before event 0 could be read. */
  static DamagedTraceException beforeFirstEvent(Path file, String reason) {
    return new DamagedTraceException(file, 0, "before the first event: " + reason);
  }
}
