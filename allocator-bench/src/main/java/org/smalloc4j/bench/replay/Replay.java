package org.smalloc4j.bench.replay;

import org.jspecify.annotations.Nullable;

/** A trace that can be played again and again against one allocator. */
interface Replay extends AutoCloseable {

  /**
   * Plays one round and frees all it left live.
   *
   * @param round a number no other round has
   * @param cold counts the live bytes of a cold round, null in a timed one
   * @return nanoseconds from the first event to the last, without the frees of what was left; at
   *     least 1
   * @throws ReplayException if the allocator did something wrong
   */
  long round(int round, @Nullable LiveBytes cold);

  @Override
  void close();
}
