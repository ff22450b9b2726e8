package org.smalloc4j.bench.program;

import java.util.List;

/** The programs, each with the numbers of threads it is measured with. */
public enum ProgramKind {
  A("a", 262_144, false, 1, 32, 64, 128),
  AD("ad", 1_048_576, false, 1, 32, 64, 128),
  ADR("adr", 1_048_576, false, 1, 32, 64, 128),
  AWW("aww", 262_144, false, 1, 32, 64, 128),
  ADWW("adww", 1_048_576, false, 1, 32, 64, 128),
  ADRWW("adrww", 1_048_576, false, 1, 32, 64, 128),
  HOT_SLAB("hs", 1_048_576, false, 2, 32, 64, 128),
  FREE_HOT("fh", 100_000, true, 1, 32, 64, 100),
  LARSON("larson", 400_000, true, 2, 16),
  XMALLOC("xmalloc", 409_600, true, 2, 16),
  MSTRESS("mstress", 200_000, true, 2, 16),
  RPTEST("rptest", 51_200, true, 2, 16),
  ALLOC_TEST("alloc-test", 524_288, false, 1, 2),
  CACHE_SCRATCH("cache-scratch", 20_000, true, 2, 16),
  CACHE_THRASH("cache-thrash", 20_000, false, 2, 16),
  GLIBC_SIMPLE("glibc-simple", 819_200, false, 1),
  GLIBC_THREAD("glibc-thread", 524_288, false, 2, 16),
  MALLOC_LARGE("malloc-large", 40, false, 1),
  MLEAK("mleak", 100_000, true, 1, 2),
  BATCH_LIFO("batch-lifo", 100_000, false, 1),
  BATCH_FIFO("batch-fifo", 100_000, false, 1),
  BATCH_RANDOM("batch-random", 100_000, false, 1);

  private final String label;
  private final int work;
  private final boolean crossing;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Integer> threads;

  ProgramKind(String label, int work, boolean crossing, Integer... threads) {
    this.label = label;
    this.work = work;
    this.crossing = crossing;
    this.threads = List.of(threads);
  }

  /** The name on the command line and in the tables. */
  public String label() {
    return label;
  }

  /** How many operations a round has, about, over all threads. */
  public int work() {
    return work;
  }

  /** Whether a thread frees blocks that another has allocated. */
  public boolean isCrossing() {
    return crossing;
  }

  /** The numbers of threads it is measured with, the smallest first. */
  public List<Integer> threads() {
    return threads;
  }

  /** The program for so many threads that do so much work together. */
  Program create(int count, int operations) {
    return switch (this) {
      case A -> new SmallocSet(count, operations, 1, false);
      case AD -> new SmallocSet(count, operations, 2, false);
      case ADR -> new SmallocSet(count, operations, 3, false);
      case AWW -> new SmallocSet(count, operations, 1, true);
      case ADWW -> new SmallocSet(count, operations, 2, true);
      case ADRWW -> new SmallocSet(count, operations, 3, true);
      case HOT_SLAB -> new HotSlab(count, operations);
      case FREE_HOT -> new FreeHot(count, operations);
      case LARSON -> new Larson(count, operations);
      case XMALLOC -> new Xmalloc(count, operations);
      case MSTRESS -> new Mstress(count, operations);
      case RPTEST -> new Rptest(count, operations);
      case ALLOC_TEST -> new AllocTest(count, operations);
      case CACHE_SCRATCH -> new Cache(count, operations, true);
      case CACHE_THRASH -> new Cache(count, operations, false);
      case GLIBC_SIMPLE -> new GlibcSimple(count, operations);
      case GLIBC_THREAD -> new GlibcThread(count, operations);
      case MALLOC_LARGE -> new MallocLarge(count, operations);
      case MLEAK -> new Mleak(count, operations);
      case BATCH_LIFO -> new BatchFree(count, operations, BatchFree.Order.LIFO);
      case BATCH_FIFO -> new BatchFree(count, operations, BatchFree.Order.FIFO);
      case BATCH_RANDOM -> new BatchFree(count, operations, BatchFree.Order.RANDOM);
    };
  }
}
