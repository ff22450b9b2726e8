package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The share of this machine's CPU time that others took, from the kernel's counters: what all CPUs
 * worked, or were kept from working by a hypervisor, less what this process worked, and those that
 * it started and that have ended.
 *
 * @param busyTicks of all CPUs since the system started
 * @param ticks the same with idle time
 * @param ownTicks of this process and its children
 */
public record OthersCpu(long busyTicks, long ticks, long ownTicks) {

  /** Others that took more of the machine's CPU time are told of. */
  public static final double BUSY = 0.1;

  private static final Path STAT = Path.of("/proc/stat");
  private static final Path OWN_STAT = Path.of("/proc/self/stat");

  /** Columns of the line "cpu": user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int COLUMNS = 8;

  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;

  /**
   * Of a process's own line, what follows its name, in parentheses: its state, and twelfth to
   * fifteenth its time in user and in system mode, and the same of its children that it has waited
   * for.
   */
  private static final int FIRST_OWN = 12;

  private static final int LAST_OWN = 15;

  /** Until now; null if the system does not tell. */
  public static @Nullable OthersCpu now() {
    try {
      return of(Files.readString(STAT), Files.readString(OWN_STAT));
    } catch (IOException e) {
      return null;
    }
  }

  static @Nullable OthersCpu of(String stat, String ownStat) {
    String[] columns = stat.lines().findFirst().orElse("").strip().split(" +", -1);
    String[] own = ownStat.substring(ownStat.lastIndexOf(')') + 1).split(" +", -1);
    if (columns.length <= COLUMNS || !columns[0].equals("cpu") || own.length <= LAST_OWN) {
      return null;
    }
    long busy = 0;
    long all = 0;
    for (int i = 0; i < COLUMNS; i++) {
      long ticks = Long.parseLong(columns[i + 1]);
      all += ticks;
      busy += i == IDLE || i == IO_WAIT ? 0 : ticks;
    }
    long ours = 0;
    for (int i = FIRST_OWN; i <= LAST_OWN; i++) {
      ours += Long.parseLong(own[i]);
    }
    return new OthersCpu(busy, all, ours);
  }

  /** Others' share since {@code earlier}, 0 to 1; null if too little time has passed. */
  public @Nullable Double shareSince(OthersCpu earlier) {
    long passed = ticks - earlier.ticks;
    if (passed < COLUMNS) {
      return null;
    }
    double others = (busyTicks - earlier.busyTicks) - (ownTicks - earlier.ownTicks);
    return Math.clamp(others / passed, 0, 1);
  }

  /** The share since {@code begin}; null if either is, or too little time has passed. */
  public static @Nullable Double shareUntilNow(@Nullable OthersCpu begin) {
    OthersCpu now = now();
    return begin == null || now == null ? null : now.shareSince(begin);
  }
}
