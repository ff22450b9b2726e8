package org.smalloc4j.bench.churn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resident memory of a stretch of addresses of this process, as Linux counts it. */
final class ResidentMemory {

  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern RANGE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern RESIDENT = Pattern.compile("Rss:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /** Returns the resident bytes of the mappings that meet a stretch; 0 but on Linux. */
  static long bytes(long start, long byteSize) {
    if (!Files.exists(MAPPINGS)) {
      return 0;
    }
    try {
      return sum(Files.readAllLines(MAPPINGS), start, byteSize);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long sum(List<String> lines, long start, long byteSize) {
    long sum = 0;
    boolean inside = false;
    for (String line : lines) {
      Matcher range = RANGE.matcher(line);
      Matcher resident = RESIDENT.matcher(line);
      if (range.matches()) {
        long begin = Long.parseUnsignedLong(range.group(1), 16);
        long end = Long.parseUnsignedLong(range.group(2), 16);
        inside = begin < start + byteSize && end > start;
      } else if (inside && resident.matches()) {
        sum += Long.parseLong(resident.group(1)) << 10;
      }
    }
    return sum;
  }
}
