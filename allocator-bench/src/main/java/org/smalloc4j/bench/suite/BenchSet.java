package org.smalloc4j.bench.suite;

import java.util.Locale;
import java.util.Set;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * How much is asked, and of whom; each set contains those before it.
 *
 * <p>{@link #QUICK} takes about 3 minutes, {@link #STANDARD} about 40, {@link #FULL} some hours.
 */
public enum BenchSet {
  QUICK(1, 3, 100, 3),
  STANDARD(2, 4, 100, 5),
  FULL(3, 5, 500, 10);

  private static final Set<String> IN_QUICK =
      Set.of(
          "smalloc4j",
          "glibc-critical",
          "mimalloc",
          "jemalloc",
          "netty-adaptive",
          "arena",
          "mimalloc in C");

  private final int processes;
  private final int iterations;
  private final int millis;
  private final int rounds;

  BenchSet(int processes, int iterations, int millis, int rounds) {
    this.processes = processes;
    this.iterations = iterations;
    this.millis = millis;
    this.rounds = rounds;
  }

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many processes each figure is from. */
  public int processes() {
    return processes;
  }

  /** How many samples a process gives, of so many milliseconds each, where it is asked by time. */
  public int iterations() {
    return iterations;
  }

  public int millis() {
    return millis;
  }

  /** How many samples a process gives at least, where it is asked by work. */
  public int rounds() {
    return rounds;
  }

  public boolean contains(BenchSet smaller) {
    return smaller.compareTo(this) <= 0;
  }

  /** Whether a peer is asked if none is named. */
  boolean asks(Peer peer, Workload workload) {
    return switch (this) {
      case QUICK -> IN_QUICK.contains(peer.label());
      case STANDARD -> isCheap(workload) || !(isAnotherBinding(peer) || walksItsSlabs(peer));
      case FULL -> true;
    };
  }

  private static boolean isCheap(Workload workload) {
    return workload instanceof Question || workload instanceof StartUp;
  }

  /** The same C library that another peer calls with less ado. */
  private static boolean isAnotherBinding(Peer peer) {
    return peer.java() == TargetKind.GLIBC
        || peer.java() == TargetKind.SYSTEM
        || peer.label().startsWith("lwjgl-");
  }

  /** Takes minutes for what takes others seconds, as soon as many blocks are live. */
  private static boolean walksItsSlabs(Peer peer) {
    return peer.java() == TargetKind.CLASSIC_SLAB;
  }
}
