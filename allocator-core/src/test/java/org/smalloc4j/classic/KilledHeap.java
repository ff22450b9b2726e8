package org.smalloc4j.classic;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.smalloc4j.Allocator;

/**
 * A program that works on the heap in a file until it is killed, and what holds of the file then.
 * The root is a table of offsets to blocks, each of which says how long it is and what is in it.
 */
final class KilledHeap {
  private static final long MAX_BYTES = 256L << 20;
  private static final int PLACES = 1024;
  private static final int LONGEST = 6000;
  private static final long CONTENTS_AT = 16;

  @SuppressWarnings("restricted")
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final FirstFitAllocator heap;
  private final long table;

  private KilledHeap(FirstFitAllocator heap, long table) {
    this.heap = heap;
    this.table = table;
  }

  /** Opens a heap as the program does. */
  static FirstFitAllocator open(Path file, Coalescing coalescing) {
    return FirstFitAllocator.open(Growers.file(file, MAX_BYTES), coalescing);
  }

  /** Works for ever on the heap in file 0, merging as 1 says, with seed 2; says when it begins. */
  public static void main(String[] args) throws IOException {
    FirstFitAllocator heap = open(Path.of(args[0]), Coalescing.valueOf(args[1]));
    if (heap.root() == Allocator.NULL) {
      heap.setRoot(heap.calloc(PLACES * Long.BYTES));
    }
    System.out.write('!');
    System.out.flush();
    KilledHeap killed = new KilledHeap(heap, heap.root());
    SplittableRandom random = new SplittableRandom(Long.parseLong(args[2]));
    while (true) {
      killed.change(random);
    }
  }

  private void change(SplittableRandom random) {
    long place = table + random.nextLong(PLACES) * Long.BYTES;
    long offset = load(place);
    if (offset == 0) {
      long length = random.nextInt(1 + random.nextInt(LONGEST));
      long bytes = CONTENTS_AT + length;
      long alignment = 1L << random.nextInt(10);
      fill(place, heap.malloc(bytes, alignment), length, random.nextLong());
      return;
    }
    store(place, 0); // nothing leads to the block any more
    if (random.nextInt(3) > 0) {
      heap.free(table + offset);
    } else {
      long length = random.nextInt(LONGEST);
      long moved = heap.realloc(table + offset, CONTENTS_AT + length);
      fill(place, moved, length, random.nextLong());
    }
  }

  private void fill(long place, long block, long length, long stamp) {
    store(block, length);
    store(block + Long.BYTES, stamp);
    for (long i = 0; i < length; i++) {
      MEMORY.set(ValueLayout.JAVA_BYTE, block + CONTENTS_AT + i, (byte) (stamp + i));
    }
    store(place, block - table);
  }

  /** Stores a word after all that was stored before. */
  private static void store(long address, long value) {
    WORD.setRelease(MEMORY, address, value);
  }

  private static long load(long address) {
    return MEMORY.get(ValueLayout.JAVA_LONG, address);
  }

  /**
   * Checks all that the table leads to; returns the number of live blocks that it does not lead to.
   *
   * @throws AssertionError if a block is not live, or does not contain what it should
   */
  static long checkedStrays(FirstFitAllocator heap) {
    long table = heap.root();
    long live = heap.stats().liveBlocks();
    if (table == Allocator.NULL) {
      return live;
    }
    long reached = 1;
    for (int i = 0; i < PLACES; i++) {
      long offset = load(table + (long) i * Long.BYTES);
      if (offset != 0) {
        checkBlock(heap, table + offset);
        reached++;
      }
    }
    return live - reached;
  }

  private static void checkBlock(FirstFitAllocator heap, long block) {
    long usable = heap.usableSize(block); // refuses what is not live
    long length = load(block);
    long stamp = load(block + Long.BYTES);
    if (length < 0 || CONTENTS_AT + length > usable) {
      throw new AssertionError("a block of " + usable + " bytes says that it has " + length);
    }
    for (long i = 0; i < length; i++) {
      if (MEMORY.get(ValueLayout.JAVA_BYTE, block + CONTENTS_AT + i) != (byte) (stamp + i)) {
        throw new AssertionError("byte " + i + " of a block of " + length + " is wrong");
      }
    }
  }
}
