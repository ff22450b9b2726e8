package org.smalloc4j.bench.replay;

import java.io.Serial;

/** Says what an allocator did wrong, and at which event. */
final class ReplayException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  ReplayException(String message) {
    super(message);
  }
}
