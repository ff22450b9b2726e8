package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.smalloc4j.bench.allocator.Glibc;

/**
 * The resident memory of this process and its page faults, as Linux counts them.
 *
 * <p>Elsewhere, and where the kernel does not let the peak be reset, nothing is measured.
 */
public final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int MINOR_FAULTS = 7;
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /**
   * Collects garbage, gives the C heap's free memory back, sets the recorded peak to what is
   * resident now, and returns that.
   */
  public static OptionalLong startPeak() {
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
  public static OptionalLong peak() {
    return status("VmHWM:");
  }

  /** The bytes resident now. */
  public static OptionalLong resident() {
    return status("VmRSS:");
  }

  private static OptionalLong status(String name) {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The page faults of all threads since the start that needed no input from a disk. */
  public static OptionalLong minorFaults() {
    try {
      String stat = Files.readString(STAT);
      // The name in parentheses may hold spaces; minflt is the 8th field after it.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return OptionalLong.of(Long.parseLong(fields[MINOR_FAULTS]));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
