package org.smalloc4j.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does a table cost that doubles from 4 KiB to its largest size, is shrunk to a quarter again
 * and again until it has 4 KiB, and is then freed?
 *
 * <p>A word of each OS page is written when it comes. Printed at the end is what the process grew
 * by since the allocator was opened, in resident memory: when the table is at its largest, when it
 * has been shrunk, and when it is freed.
 */
public class TableBenchmark extends AllocatorBenchmark {
  private static final long LEAST = 4096;
  private static final Path STATUS = Path.of("/proc/self/status");

  @Param({"65536", "1048576", "16777216", "268435456", "1073741824"})
  public long most;

  private long residentBefore;

  @Setup
  public void open() throws IOException {
    open(1, false);
    residentBefore = residentKib();
  }

  @Benchmark
  public void growAndShrink() {
    target.free(0, shrunk(grown()));
  }

  private long grown() {
    long size = LEAST;
    long address = target.malloc(0, size);
    for (; size < most; size *= 2) {
      address = target.realloc(0, address, size, 2 * size);
      for (long offset = size; offset < 2 * size; offset += LEAST) {
        OffHeap.storeLong(address + offset, offset);
      }
    }
    return address;
  }

  private long shrunk(long table) {
    long address = table;
    for (long size = most; size > LEAST; size /= 4) {
      address = target.realloc(0, address, size, size / 4);
    }
    return address;
  }

  @TearDown(Level.Trial)
  public void tellResident() throws IOException {
    long table = grown();
    long largest = grownByKib();
    table = shrunk(table);
    long least = grownByKib();
    target.free(0, table);
    System.out.println(
        "resident KiB: grown +" + largest + ", shrunk +" + least + ", freed +" + grownByKib());
  }

  private long grownByKib() throws IOException {
    return residentKib() - residentBefore;
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
