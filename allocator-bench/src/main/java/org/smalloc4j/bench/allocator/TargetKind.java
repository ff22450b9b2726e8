package org.smalloc4j.bench.allocator;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.smalloc4j.bench.alternatives.Alternatives;

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
  ARENA("arena", "an Arena per block: ofConfined in sequential, ofShared in threaded replay"),
  ALT_LISTS("alt-lists", "tried: a linked list per class"),
  ALT_BITS("alt-bits", "tried: free words alone"),
  ALT_LIST64("alt-list64", "tried: lists of 64 before free words"),
  ALT_FLUSHED128("alt-flushed128", "tried: magazines of 128, filled and flushed by halves"),
  ALT_MAGAZINE64("alt-magazine64", "tried: magazines of 64 before free words"),
  ALT_MAGAZINE1023("alt-magazine1023", "chosen: magazines of 1,023 before free words"),
  ALT_HEAP1023("alt-heap1023", "tried: the same with magazines on the Java heap"),
  ALT_RUN1("alt-run1", "tried: fresh slots claimed one by one"),
  ALT_RUN8("alt-run8", "tried: fresh slots claimed in runs of 8"),
  ALT_RUN512("alt-run512", "tried: fresh slots claimed in runs of 512");

  private static final String ALTERNATIVE = "alt-";
  private static final String LWJGL = "lwjgl-";

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
        .filter(kind -> !kind.label.startsWith(LWJGL) && !kind.isForOneThread())
        .toList();
  }

  /** Whether only one thread can use the allocator, as those of {@code alternatives}. */
  public boolean isForOneThread() {
    return label.startsWith(ALTERNATIVE);
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
    if (threaded && isForOneThread()) {
      throw new IllegalArgumentException(label + " is for one thread");
    }
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
      case ALT_LISTS -> Alternatives.lists();
      case ALT_BITS -> Alternatives.bits();
      case ALT_LIST64 -> Alternatives.listsBeforeBits();
      case ALT_FLUSHED128 -> Alternatives.flushedMagazines(128);
      case ALT_MAGAZINE64 -> Alternatives.magazinesBeforeBits(64);
      case ALT_MAGAZINE1023 -> Alternatives.magazinesBeforeBits(1023);
      case ALT_HEAP1023 -> Alternatives.heapMagazinesBeforeBits(1023);
      case ALT_RUN1 -> Alternatives.runs(1);
      case ALT_RUN8 -> Alternatives.runs(8);
      case ALT_RUN512 -> Alternatives.runs(512);
    };
  }
}
