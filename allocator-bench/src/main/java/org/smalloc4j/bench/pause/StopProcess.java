package org.smalloc4j.bench.pause;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * The main class of a JVM whose stops are measured: without work, while blocks are grown, which
 * copies them, and while blocks that were in use before are allocated zeroed.
 */
final class StopProcess {
  private static final int OS_PAGE_BYTES = 4096;
  private static final int SETTLING_ROUNDS = 20;
  private static final long SETTLING_BYTES = 4L << 20;

  private final Smalloc heap;
  private final StopCause cause;
  private final long nanos;

  private StopProcess(Smalloc heap, StopCause cause, long nanos) {
    this.heap = heap;
    this.cause = cause;
    this.nanos = nanos;
  }

  /** Takes a cause, milliseconds for each figure, sizes in MiB, and the file to write. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Long> sizes =
        Stream.of(args)
            .skip(2)
            .limit(args.length - 3)
            .map(arg -> Long.parseLong(arg) << 20)
            .toList();
    List<Double> longest;
    try (Smalloc heap = Smalloc.create()) {
      longest =
          new StopProcess(heap, StopCause.valueOf(args[0]), Long.parseLong(args[1]) * 1_000_000)
              .measure(sizes);
    }
    String line = longest.stream().map(String::valueOf).collect(Collectors.joining(" "));
    Files.writeString(Path.of(args[args.length - 1]), line);
  }

  private List<Double> measure(List<Long> sizes) throws InterruptedException {
    touch(SETTLING_BYTES);
    for (int i = 0; i < SETTLING_ROUNDS; i++) {
      grow(SETTLING_BYTES);
      allocateZeroed(SETTLING_BYTES);
      cause.stop();
    }
    LongestStop.millis(cause, () -> idle(nanos / 4));
    var longest = new ArrayList<Double>();
    longest.add(LongestStop.millis(cause, () -> idle(nanos)));
    for (long byteSize : sizes) {
      touch(byteSize);
      longest.add(LongestStop.millis(cause, () -> repeat(() -> grow(byteSize))));
    }
    for (long byteSize : sizes) {
      longest.add(LongestStop.millis(cause, () -> repeat(() -> allocateZeroed(byteSize))));
    }
    return longest;
  }

  private static void idle(long nanos) {
    try {
      Thread.sleep(nanos / 1_000_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  private void repeat(Runnable work) {
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < nanos);
  }

  /**
   * Brings the block that the next malloc takes into memory. Not while stops are measured: a loop
   * like this one is not interrupted under some collectors.
   */
  private void touch(long byteSize) {
    long block = heap.malloc(byteSize);
    for (long at = 0; at < byteSize; at += OS_PAGE_BYTES) {
      OffHeap.storeByte(block + at, (byte) 1);
    }
    heap.free(block);
  }

  /** Grows a block that is in memory to twice its size, which is not at the first time. */
  private void grow(long byteSize) {
    heap.free(heap.realloc(heap.malloc(byteSize), 2 * byteSize));
  }

  private void allocateZeroed(long byteSize) {
    heap.free(heap.calloc(byteSize));
  }
}
