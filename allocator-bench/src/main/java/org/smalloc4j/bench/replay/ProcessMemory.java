package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.smalloc4j.bench.allocator.Glibc;

/**
 * The resident memory of this process, as Linux counts it.
 *
 * <p>Elsewhere, and where the kernel does not let the peak be reset, nothing is measured.
 */
final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /**
   * Collects garbage, gives the C heap's free memory back, sets the recorded peak to what is
   * resident now, and returns that.
   */
  static OptionalLong startPeak() {
    System.gc();
    Glibc.trim();
    try {
      Files.writeString(CLEAR_REFS, RESET_PEAK);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    return peak();
  }

  /** The most bytes resident since {@link #startPeak()}. */
  static OptionalLong peak() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
