package org.smalloc4j.bench.allocator;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The allocators that can be measured, in the order of the tables. */
public enum TargetKind {
  SMALLOC4J("smalloc4j", "a heap with the defaults"),
  SMALLOC4J_SHARED("smalloc4j-shared", "a heap whose slabs nobody owns: shared words only"),
  GLIBC("glibc", "glibc malloc through plain FFM downcalls; the base of the ratios"),
  GLIBC_CRITICAL("glibc-critical", "glibc malloc through FFM downcalls with critical(false)"),
  MIMALLOC("mimalloc", "LWJGL's mimalloc through FFM downcalls with critical(false)"),
  RPMALLOC("rpmalloc", "LWJGL's rpmalloc through FFM downcalls with critical(false)"),
  JEMALLOC("jemalloc", "LWJGL's jemalloc through FFM downcalls with critical(false)"),
  LWJGL_MIMALLOC("lwjgl-mimalloc", "LWJGL's mimalloc through its own binding"),
  LWJGL_JEMALLOC("lwjgl-jemalloc", "LWJGL's jemalloc through its own binding"),
  NETTY_ADAPTIVE("netty-adaptive", "a direct buffer per block, caching for every thread"),
  NETTY_POOLED("netty-pooled", "a direct buffer per block, caching for every thread"),
  ARENA("arena", "an Arena per block: ofConfined in sequential, ofShared in threaded replay");

  /**
   * A shared arena's close interrupts all threads, tens of microseconds each; a whole trace would
   * take minutes.
   */
  private static final int SHARED_ARENA_EVENTS = 20_000;

  private final String label;
  private final String description;

  TargetKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name on the command line and in the tables. */
  public String label() {
    return label;
  }

  public String description() {
    return description;
  }

  /** The allocator with that label. */
  public static Optional<TargetKind> of(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
  }

  public static String labels() {
    return Arrays.stream(values()).map(TargetKind::label).collect(Collectors.joining(", "));
  }

  /** What a replay measures if nothing is chosen: a C library through one kind of call. */
  public static List<TargetKind> replayed() {
    return Arrays.stream(values())
        .filter(kind -> kind != LWJGL_MIMALLOC && kind != LWJGL_JEMALLOC)
        .toList();
  }

  /** How many events of a trace this allocator is given; the rest would take too long. */
  public int eventLimit(boolean threaded) {
    return this == ARENA && threaded ? SHARED_ARENA_EVENTS : Integer.MAX_VALUE;
  }

  /** JVM options this allocator needs to show what it can do. */
  public List<String> jvmOptions() {
    return switch (this) {
      case NETTY_ADAPTIVE, NETTY_POOLED ->
          List.of(
              JvmOptions.UNSAFE,
              JvmOptions.NETTY_UNSAFE,
              JvmOptions.NETTY_DIRECT_MEMORY,
              JvmOptions.NETTY_LEAK_DETECTION);
      case LWJGL_MIMALLOC, LWJGL_JEMALLOC -> List.of(JvmOptions.UNSAFE);
      default -> List.of();
    };
  }

  /** Opens the allocator for blocks with ids 0 to below {@code ids}. */
  public ReplayTarget open(int ids, boolean threaded) {
    return switch (this) {
      case SMALLOC4J -> new SmallocTarget();
      case SMALLOC4J_SHARED -> new SharedSmallocTarget();
      case GLIBC -> new GlibcTarget();
      case GLIBC_CRITICAL -> new GlibcCriticalTarget();
      case MIMALLOC -> new MimallocTarget();
      case RPMALLOC -> new RpmallocTarget();
      case JEMALLOC -> new JemallocTarget();
      case LWJGL_MIMALLOC -> new LwjglMimallocTarget();
      case LWJGL_JEMALLOC -> new LwjglJemallocTarget();
      case NETTY_ADAPTIVE -> NettyTarget.adaptive(ids);
      case NETTY_POOLED -> NettyTarget.pooled(ids);
      case ARENA -> threaded ? ArenaTarget.shared(ids) : ArenaTarget.confined(ids);
    };
  }
}
