package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** The id of a thread's block, at a distance from other threads' that keeps cache lines apart. */
@State(Scope.Thread)
public class OwnBlock {

  /** Ids from one thread's block to the next one's: 128 bytes in an array of references. */
  private static final int DISTANCE = 32;

  int id;

  /** The number of ids that so many threads need. */
  static int ids(int threads) {
    return threads * DISTANCE;
  }

  @Setup
  public void choose(ThreadParams thread) {
    id = thread.getThreadIndex() * DISTANCE;
  }
}
