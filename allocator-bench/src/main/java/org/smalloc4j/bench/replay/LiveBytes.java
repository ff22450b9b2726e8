package org.smalloc4j.bench.replay;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/** The asked bytes live at this moment in a replay, and the most there ever were. */
final class LiveBytes {

  private final AtomicLong live = new AtomicLong();
  private final LongAccumulator peak = new LongAccumulator(Math::max, 0);

  void add(long bytes) {
    long now = live.addAndGet(bytes);
    if (bytes > 0) {
      peak.accumulate(now);
    }
  }

  long peak() {
    return peak.get();
  }
}
