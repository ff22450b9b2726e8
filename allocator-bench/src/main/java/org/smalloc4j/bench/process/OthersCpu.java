package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The share of this machine's CPU time that others took, from the kernel's counters: what all CPUs
 * worked, or were kept from working by a hypervisor, less what this process worked.
 *
 * @param busyTicks of all CPUs since the system started
 * @param ticks the same with idle time
 * @param ownNanos of this process
 */
public record OthersCpu(long busyTicks, long ticks, long ownNanos) {

  private static final Path STAT = Path.of("/proc/stat");

  /** A tick of the counters, on every Linux. */
  private static final long TICK_NANOS = 10_000_000;

  /** Columns of the line "cpu": user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int COLUMNS = 8;

  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;

  /** Until now; null if the system does not tell. */
  public static @Nullable OthersCpu now() {
    try {
      Duration own = ProcessHandle.current().info().totalCpuDuration().orElse(null);
      return own == null ? null : of(Files.readString(STAT), own.toNanos());
    } catch (IOException e) {
      return null;
    }
  }

  static @Nullable OthersCpu of(String stat, long ownNanos) {
    String[] columns = stat.lines().findFirst().orElse("").strip().split(" +", -1);
    if (columns.length <= COLUMNS || !columns[0].equals("cpu")) {
      return null;
    }
    long busy = 0;
    long all = 0;
    for (int i = 0; i < COLUMNS; i++) {
      long ticks = Long.parseLong(columns[i + 1]);
      all += ticks;
      busy += i == IDLE || i == IO_WAIT ? 0 : ticks;
    }
    return new OthersCpu(busy, all, ownNanos);
  }

  /** Others' share since {@code earlier}, 0 to 1; null if too little time has passed. */
  public @Nullable Double shareSince(OthersCpu earlier) {
    long passed = ticks - earlier.ticks;
    if (passed < COLUMNS) {
      return null;
    }
    double own = (double) (ownNanos - earlier.ownNanos) / TICK_NANOS;
    return Math.clamp((busyTicks - earlier.busyTicks - own) / passed, 0, 1);
  }
}
