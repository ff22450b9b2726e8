package org.smalloc4j.bench.program;

import java.util.List;

/** The programs, each with the numbers of threads it is measured with. */
public enum ProgramKind {
  A(
      "a",
      "allocates, 101 sizes to 16,000 bytes and one of a million; all is freed in the end; a call",
      262_144,
      false,
      1,
      32,
      64,
      128),
  AD("ad", "allocates and frees in the same measure; a call", 1_048_576, false, 1, 32, 64, 128),
  ADR(
      "adr",
      "allocates, frees and resizes in the same measure; a call",
      1_048_576,
      false,
      1,
      32,
      64,
      128),
  AWW("aww", "as a, and writes and checks every block; a call", 262_144, false, 1, 32, 64, 128),
  ADWW(
      "adww", "as ad, and writes and checks every block; a call", 1_048_576, false, 1, 32, 64, 128),
  ADRWW(
      "adrww",
      "as adr, and writes and checks every block; a call",
      1_048_576,
      false,
      1,
      32,
      64,
      128),
  HOT_SLAB(
      "hs",
      "threads that all hash to one slab, a block of 32 bytes each; malloc and free",
      1_048_576,
      false,
      2,
      32,
      64,
      128),
  FREE_HOT(
      "fh",
      "100,000 blocks of 8 bytes of one thread, freed by all at once; a free",
      100_000,
      true,
      1,
      32,
      64,
      100),
  LARSON(
      "larson",
      "5,000 blocks of 8 to 999 bytes a thread, replaced at random; threads end and have"
          + " successors; a replacement",
      400_000,
      true,
      2,
      16),
  XMALLOC(
      "xmalloc",
      "producers and consumers, batches of 4,096 blocks of 64 bytes; a block",
      409_600,
      true,
      2,
      16),
  MSTRESS(
      "mstress",
      "short threads, blocks retained, swapped through a table, each word checked; a step",
      200_000,
      true,
      2,
      16),
  RPTEST(
      "rptest",
      "8 to 16,000 bytes, batches of 128 handed to the next thread, every OS page touched; a block",
      51_200,
      true,
      2,
      16),
  ALLOC_TEST(
      "alloc-test",
      "80/20 choice of a place, every byte written and read; a choice",
      524_288,
      false,
      1,
      2),
  CACHE_SCRATCH(
      "cache-scratch",
      "8-byte blocks, each written 100 times, everyone's first block came from one thread; a block",
      20_000,
      true,
      2,
      16),
  CACHE_THRASH(
      "cache-thrash", "8-byte blocks, each written 100 times; a block", 20_000, false, 2, 16),
  GLIBC_SIMPLE(
      "glibc-simple",
      "25, 100, 400, 1,600 blocks of 128 bytes, in and out in the same order; a block",
      819_200,
      false,
      1),
  GLIBC_THREAD(
      "glibc-thread",
      "1,024 blocks of 4 to 32,768 bytes, small ones most often, replaced at random; a replacement",
      524_288,
      false,
      2,
      16),
  MALLOC_LARGE(
      "malloc-large",
      "20 zeroed blocks of 5 to 25 MiB, replaced at random; a replacement",
      40,
      false,
      1),
  MLEAK(
      "mleak",
      "threads one after the other, each frees what the one before has left; a block",
      100_000,
      true,
      1,
      2),
  BATCH_LIFO(
      "batch-lifo",
      "100,000 blocks of mixed sizes, all allocated, then freed from the last; a block",
      100_000,
      false,
      1),
  BATCH_FIFO(
      "batch-fifo",
      "100,000 blocks of mixed sizes, all allocated, then freed from the first; a block",
      100_000,
      false,
      1),
  BATCH_RANDOM(
      "batch-random",
      "100,000 blocks of mixed sizes, all allocated, then freed at random; a block",
      100_000,
      false,
      1);

  private final String label;
  private final String description;
  private final int work;
  private final boolean crossing;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Integer> threads;

  ProgramKind(String label, String description, int work, boolean crossing, Integer... threads) {
    this.label = label;
    this.description = description;
    this.work = work;
    this.crossing = crossing;
    this.threads = List.of(threads);
  }

  /** The name on the command line and in the tables. */
  public String label() {
    return label;
  }

  /** What it does, and what is counted as an operation. */
  public String description() {
    return description;
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
