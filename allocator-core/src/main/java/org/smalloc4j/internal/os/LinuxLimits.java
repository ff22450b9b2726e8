package org.smalloc4j.internal.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What Linux grants this process, and how much of it is used: why a mapping was refused.
 *
 * @param limits text of {@code /proc/self/limits}, as the other files "" if it cannot be read
 * @param status text of {@code /proc/self/status}
 * @param overcommit text of {@code /proc/sys/vm/overcommit_memory}
 * @param mostMappings text of {@code /proc/sys/vm/max_map_count}
 * @param mappings lines of {@code /proc/self/maps}
 * @param stretches how many stretches this process's heaps hold
 * @param stretchBytes how many bytes of addresses they are
 */
record LinuxLimits(
    String limits,
    String status,
    String overcommit,
    String mostMappings,
    long mappings,
    long stretches,
    long stretchBytes) {
  /*
   * A private writable mapping is refused, in this order, if
   *   the process has as many mappings as it may        ENOMEM  vm.max_map_count
   *   no stretch of addresses is long enough            ENOMEM
   *   it would be locked, and is too much for that      EAGAIN  ulimit -l, mlockall(MCL_FUTURE)
   *   VmSize would exceed RLIMIT_AS                     ENOMEM  ulimit -v
   *   VmData would exceed RLIMIT_DATA                   ENOMEM  ulimit -d (since Linux 4.7)
   *   overcommit is strict, and it would exceed that    ENOMEM  vm.overcommit_memory = 2
   * Source: mmap(2), getrlimit(2), proc(5).
   */

  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final long UNKNOWN = -1;

  /** Reads them as they are now. */
  static LinuxLimits now() {
    StretchLifetime.Held held = StretchLifetime.held();
    return new LinuxLimits(
        text("/proc/self/limits"),
        text("/proc/self/status"),
        text("/proc/sys/vm/overcommit_memory"),
        text("/proc/sys/vm/max_map_count"),
        lines("/proc/self/maps"),
        held.count(),
        held.bytes());
  }

  /** Says why {@code byteSize} more bytes of addresses were refused, and what to change. */
  String whyRefused(int errno, long byteSize) {
    if (errno == OsException.EAGAIN) {
      return "the limit is that of locked memory, "
          + bytes(limit("Max locked memory"))
          + " (ulimit -l), and the process has locked what it maps (mlockall): raise it, or do not"
          + " lock future mappings";
    }
    List<String> exceeded = new ArrayList<>();
    if (isExceeded(limit("Max address space"), used("VmSize"), byteSize)) {
      exceeded.add(limitOf("address space", "Max address space", "VmSize", "ulimit -v"));
    }
    if (isExceeded(limit("Max data size"), used("VmData"), byteSize)) {
      exceeded.add(limitOf("data segment", "Max data size", "VmData", "ulimit -d"));
    }
    if (overcommit.strip().equals("2")) {
      exceeded.add("the system's strict overcommit (vm.overcommit_memory is 2; 0 or 1 allow it)");
    }
    long most = number(mostMappings.strip());
    if (most != UNKNOWN && mappings >= most) {
      exceeded.add("the process's number of mappings, " + mappings + " (vm.max_map_count)");
    }
    if (!exceeded.isEmpty()) {
      return "the limit is " + String.join(", and ", exceeded) + ": raise it";
    }
    return whyNoAddresses(byteSize);
  }

  /** Says why {@code byteSize} bytes of addresses could not be locked, and what to change. */
  String whyNotLocked(long byteSize) {
    return "the limit is that of locked memory, "
        + bytes(limit("Max locked memory"))
        + " (ulimit -l), and counts all "
        + byteSize
        + " bytes of addresses of the heap, touched or not: raise it, run with CAP_IPC_LOCK, or"
        + " build the heap with maxBytes or a smaller regionBits";
  }

  private String whyNoAddresses(long byteSize) {
    if (limits.isEmpty() || status.isEmpty()) {
      return "raise the process's address space (ulimit -v) or its data segment (ulimit -d), allow"
          + " overcommit (vm.overcommit_memory=1), or close other heaps; which limit it was is not"
          + " known, /proc cannot be read";
    }
    String no = "no limit of the process is exceeded, but no " + byteSize + " addresses in a row";
    return stretches == 0
        ? no + " are free: the process uses " + used("VmSize") + " bytes of addresses otherwise"
        : no
            + " are free: "
            + stretches
            + (stretches == 1 ? " open heap holds " : " open heaps hold ")
            + stretchBytes
            + " of the "
            + used("VmSize")
            + " bytes of addresses that this process uses; close some, or build them with a"
            + " smaller regionBits";
  }

  private String limitOf(String what, String limitName, String usedName, String command) {
    return "the process's "
        + what
        + ", "
        + bytes(limit(limitName))
        + ", of which "
        + used(usedName)
        + " are in use ("
        + command
        + ")";
  }

  private static String bytes(long byteSize) {
    return byteSize == UNKNOWN ? "of unknown size" : byteSize + " bytes";
  }

  private static boolean isExceeded(long limit, long used, long more) {
    return limit != UNKNOWN && limit != UNLIMITED && used != UNKNOWN && more > limit - used;
  }

  /** Returns a soft limit in bytes; {@link #UNLIMITED}, or {@link #UNKNOWN}. */
  private long limit(String name) {
    for (String line : limits.lines().toList()) {
      if (line.startsWith(name + " ")) {
        String values = line.substring(name.length()).strip();
        String soft = values.substring(0, (values + ' ').indexOf(' '));
        return soft.equals("unlimited") ? UNLIMITED : number(soft);
      }
    }
    return UNKNOWN;
  }

  /** Returns a size of the process in bytes, or {@link #UNKNOWN}. */
  private long used(String name) {
    for (String line : status.lines().toList()) {
      if (line.startsWith(name + ":")) {
        long kibibytes = number(line.replaceAll("\\D", ""));
        return kibibytes == UNKNOWN ? UNKNOWN : kibibytes << 10;
      }
    }
    return UNKNOWN;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException unreadable) {
      return UNKNOWN;
    }
  }

  /** Reads a file at once: some of /proc/sys give nothing more to a second read. */
  private static String text(String file) {
    try (InputStream bytes = Files.newInputStream(Path.of(file))) {
      byte[] buffer = new byte[1 << 13];
      int read = bytes.read(buffer);
      return new String(buffer, 0, Math.max(read, 0), StandardCharsets.US_ASCII);
    } catch (IOException unreadable) {
      return "";
    }
  }

  private static long lines(String file) {
    try (InputStream bytes = Files.newInputStream(Path.of(file))) {
      byte[] buffer = new byte[1 << 13];
      long lines = 0;
      for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
      return lines;
    } catch (IOException unreadable) {
      return UNKNOWN;
    }
  }
}
