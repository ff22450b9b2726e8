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
  GLIBC("glibc", "glibc malloc through plain FFM downcalls"),
  GLIBC_CRITICAL("glibc-critical", "glibc malloc through FFM downcalls with critical(false)"),
  MIMALLOC("mimalloc", "LWJGL's mimalloc through FFM downcalls with critical(false)"),
  RPMALLOC("rpmalloc", "LWJGL's rpmalloc through FFM downcalls with critical(false)"),
  JEMALLOC("jemalloc", "LWJGL's jemalloc through FFM downcalls with critical(false)"),
  LWJGL_MIMALLOC("lwjgl-mimalloc", "LWJGL's mimalloc through its own binding"),
  LWJGL_RPMALLOC("lwjgl-rpmalloc", "LWJGL's rpmalloc through its own binding"),
  LWJGL_JEMALLOC("lwjgl-jemalloc", "LWJGL's jemalloc through its own binding"),
  NETTY_ADAPTIVE("netty-adaptive", "a direct buffer per block, caching for every thread"),
  NETTY_POOLED("netty-pooled", "a direct buffer per block, caching for every thread"),
  ARENA("arena", "an Arena per block: ofConfined, or ofShared where another thread may free"),
  ARENA_SHARED("arena-shared", "an Arena.ofShared per block"),
  ARENA_AUTO("arena-auto", "an Arena.ofAuto per block, freed by the garbage collector"),
  ARENA_SLICING("arena-slicing", "slices of one segment, begun anew when nothing is live"),
  AGRONA("agrona", "a direct ByteBuffer per block, freed by Agrona's BufferUtil"),
  BYTE_BUFFER("byte-buffer", "a direct ByteBuffer per block, freed by the garbage collector"),
  HEAP_ARRAY("heap-array", "a byte[] per block, for scale"),
  SYSTEM("system", "the C library's malloc as this project's SystemAllocator"),
  CLASSIC_SLAB("classic-slab", "slabs behind a spin lock, owners found by walking: slab-alloc"),
  CLASSIC_SLAB_ARITHMETIC("classic-slab-arithmetic", "the same, owners found by the address"),
  CLASSIC_FIRST_FIT("classic-first-fit", "first fit behind a lock: rusty_malloc"),
  CLASSIC_FIRST_FIT_TAGS("classic-first-fit-tags", "the same, merged at free by boundary tags"),
  CLASSIC_BINNED("classic-binned", "bins in 4 caches for each processor: rsbmalloc"),
  CLASSIC_BINNED_LOCKED("classic-binned-locked", "the same, in one cache behind a spin lock"),
  CLASSIC_PAGE("classic-page", "a mapping of whole OS pages for each block"),
  TCMALLOC("tcmalloc", "gperftools' tcmalloc, where installed, through FFM with critical(false)"),
  OTHER("other", "the C library of --other, through FFM downcalls with critical(false)"),
  ALT_LISTS("alt-lists", "tried: a linked list per class"),
  ALT_BITS("alt-bits", "tried: free words alone"),
  ALT_LIST64("alt-list64", "tried: lists of 64 before free words"),
  ALT_FLUSHED128("alt-flushed128", "tried: magazines of 128, filled and flushed by halves"),
  ALT_MAGAZINE64("alt-magazine64", "tried: magazines of 64 before free words"),
  ALT_MAGAZINE1023(
      "alt-magazine1023", "tried: magazines of 1,023 before free words, slots moved singly"),
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
        .filter(kind -> kind.compareTo(ARENA) <= 0 && !kind.label.startsWith(LWJGL))
        .toList();
  }

  /** All that can be measured here but those of {@code alternatives}. */
  public static List<TargetKind> peers() {
    return Arrays.stream(values())
        .filter(kind -> kind.isInstalled() && !kind.label.startsWith(ALTERNATIVE))
        .toList();
  }

  /** Whether it is on this machine; most are part of this project's dependencies. */
  public boolean isInstalled() {
    return switch (this) {
      case TCMALLOC -> InstalledLibrary.tcmalloc().isPresent();
      case OTHER -> InstalledLibrary.chosen().isPresent();
      default -> true;
    };
  }

  /** Whether it is written in C, and called from Java. */
  public boolean isInC() {
    return this == SYSTEM
        || this == TCMALLOC
        || this == OTHER
        || (compareTo(GLIBC) >= 0 && compareTo(LWJGL_JEMALLOC) <= 0);
  }

  /** Whether only one thread can use the allocator. */
  public boolean isForOneThread() {
    return this == ARENA_SLICING || label.startsWith(ALTERNATIVE);
  }

  /** Whether a block's memory is only used again when nothing is live. */
  public boolean freesAllOrNothing() {
    return this == ARENA_SLICING;
  }

  /** Whether memory is only used again after a garbage collection. */
  public boolean waitsForCollector() {
    return this == ARENA_AUTO || this == BYTE_BUFFER || this == HEAP_ARRAY;
  }

  /** Whether a block costs about 100 times what malloc takes, so that it is given less work. */
  public boolean isSlow() {
    return this == ARENA || this == ARENA_SHARED || this == AGRONA || this == CLASSIC_PAGE;
  }

  /** How many events of a trace this allocator is given; the rest would take too long. */
  public int eventLimit(boolean threaded) {
    boolean shared = this == ARENA_SHARED || (this == ARENA && threaded);
    return shared ? SHARED_ARENA_EVENTS : Integer.MAX_VALUE;
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
      case LWJGL_MIMALLOC, LWJGL_RPMALLOC, LWJGL_JEMALLOC -> List.of(JvmOptions.UNSAFE);
      case AGRONA -> List.of(JvmOptions.AGRONA_UNSAFE);
      case ARENA_AUTO, BYTE_BUFFER -> List.of(JvmOptions.LITTLE_DIRECT_MEMORY);
      case TCMALLOC -> List.of(InstalledLibrary.tcmalloc().orElseThrow().jvmOption());
      case OTHER -> List.of(InstalledLibrary.chosen().orElseThrow().jvmOption());
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
      case LWJGL_RPMALLOC -> new LwjglRpmallocTarget();
      case LWJGL_JEMALLOC -> new LwjglJemallocTarget();
      case NETTY_ADAPTIVE -> NettyTarget.adaptive(ids);
      case NETTY_POOLED -> NettyTarget.pooled(ids);
      case ARENA -> threaded ? ArenaTarget.shared(ids) : ArenaTarget.confined(ids);
      case ARENA_SHARED -> ArenaTarget.shared(ids);
      case ARENA_AUTO -> ArenaTarget.auto(ids);
      case ARENA_SLICING -> new SlicingTarget();
      case AGRONA -> BufferTarget.agrona(ids);
      case BYTE_BUFFER -> BufferTarget.plain(ids);
      case HEAP_ARRAY -> new HeapArrayTarget(ids);
      case SYSTEM -> new SystemTarget();
      case CLASSIC_SLAB -> new ClassicSlabTarget();
      case CLASSIC_SLAB_ARITHMETIC -> new ClassicArithmeticSlabTarget();
      case CLASSIC_FIRST_FIT -> new ClassicFirstFitTarget();
      case CLASSIC_FIRST_FIT_TAGS -> new ClassicFirstFitTagsTarget();
      case CLASSIC_BINNED -> new ClassicBinnedTarget();
      case CLASSIC_BINNED_LOCKED -> new ClassicLockedBinnedTarget();
      case CLASSIC_PAGE -> new ClassicPageTarget();
      case TCMALLOC, OTHER -> new InstalledTarget();
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
