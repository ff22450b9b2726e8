package org.smalloc4j.bench.program;

import java.util.Locale;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;

/**
 * What each thread of a program does in a round.
 *
 * <p>The threads call {@link #prepare}, {@link #run} and {@link #tidy} once a round, each with its
 * own number, and meet at a barrier before and after each of them; {@code run} alone is timed. A
 * round leaves nothing live. The address of a block lies in a table at the block's id; who uses an
 * id needs a happens-before edge to its last use.
 */
abstract class Program {

  final int threads;
  private final long[] addresses;

  /** Set by {@link #open}. */
  @SuppressWarnings("NullAway.Init")
  private ReplayTarget target;

  /** A program of so many threads and blocks with the ids 0 to below {@code ids}. */
  Program(int threads, int ids) {
    this.threads = threads;
    this.addresses = new long[ids];
  }

  final int ids() {
    return addresses.length;
  }

  /** To be called before all else. */
  final void open(ReplayTarget opened) {
    this.target = opened;
  }

  /** What comes before the timed part. */
  void prepare(int thread) {}

  /** The timed part; returns how many operations it was, by the program's own count. */
  abstract long run(int thread);

  /** Frees what the timed part left. */
  void tidy(int thread) {}

  /** Makes the next thread of the program. */
  Thread thread(Runnable body) {
    return Thread.ofPlatform().daemon().name("program-", 0).unstarted(body);
  }

  /** Allocates a block and writes its first 8 bytes. */
  final void mallocAndWrite(int id, long byteSize) {
    long address = malloc(id, byteSize);
    OffHeap.storeLong(address, address);
  }

  final long malloc(int id, long byteSize) {
    long address = target.malloc(id, byteSize);
    addresses[id] = given(address, byteSize);
    return address;
  }

  final long calloc(int id, long byteSize) {
    long address = target.calloc(id, byteSize);
    addresses[id] = given(address, byteSize);
    return address;
  }

  final long realloc(int id, long oldByteSize, long byteSize) {
    long address = target.realloc(id, addresses[id], oldByteSize, byteSize);
    addresses[id] = given(address, byteSize);
    return address;
  }

  final void free(int id) {
    target.free(id, addresses[id]);
  }

  final long address(int id) {
    return addresses[id];
  }

  private static long given(long address, long byteSize) {
    if (address == 0) {
      throw new ProgramException(
          String.format(Locale.ROOT, "no memory for a block of %,d bytes", byteSize));
    }
    return address;
  }
}
