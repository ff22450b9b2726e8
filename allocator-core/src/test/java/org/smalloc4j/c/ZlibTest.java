package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Smalloc;

/** zlib compresses and restores in memory of ours alone: its own, its input and its output. */
class ZlibTest {
  private static final int CHUNK = 1 << 20;
  private static final int CHUNKS = 100;

  /** Words per chunk; words to choose from, so that there is something to compress. */
  private static final int WORDS = CHUNK / Long.BYTES;

  private static final int VOCABULARY = 1000;

  private static final int OK = 0;
  private static final int STREAM_END = 1;
  private static final int MEM_ERROR = -4;
  private static final int NO_FLUSH = 0;
  private static final int FINISH = 4;
  private static final int FASTEST = 1;

  /** struct z_stream on a system with 64-bit pointers and longs. */
  private static final long STREAM_BYTES = 112;

  private static final long NEXT_IN = 0;
  private static final long AVAIL_IN = 8;
  private static final long NEXT_OUT = 24;
  private static final long AVAIL_OUT = 32;
  private static final long TOTAL_OUT = 40;
  private static final long ZALLOC = 64;
  private static final long ZFREE = 72;

  private static final FunctionDescriptor OF_STREAM = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor OF_STREAM_AND_FLUSH =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);

  private final CLibrary zlib = CLibrary.need("libz.so.1", "zlib1g");
  private final Pointers.Function deflate = zlib.function("deflate", OF_STREAM_AND_FLUSH);
  private final Pointers.Function deflateEnd = zlib.function("deflateEnd", OF_STREAM);
  private final Pointers.Function inflate = zlib.function("inflate", OF_STREAM_AND_FLUSH);
  private final Pointers.Function inflateEnd = zlib.function("inflateEnd", OF_STREAM);

  private final Arena arena = Arena.ofConfined();

  /** deflateInit compares it with its own. */
  private final MemorySegment version = versionOf(zlib);

  private final Smalloc heap = Smalloc.create();
  private final NativeFunctions functions = NativeFunctions.of(heap);

  private static MemorySegment versionOf(CLibrary zlib) {
    try {
      return (MemorySegment)
          Pointers.link(zlib.symbols().findOrThrow("zlibVersion"), FunctionDescriptor.of(ADDRESS))
              .invoke();
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  @AfterEach
  void close() {
    assertEquals(0, heap.stats().liveBlocks());
    functions.close();
    heap.close();
    arena.close();
  }

  private MemorySegment stream(NativeFunctions from) {
    MemorySegment stream = arena.allocate(STREAM_BYTES, 8);
    stream.set(ADDRESS, ZALLOC, from.zalloc());
    stream.set(ADDRESS, ZFREE, from.zfree());
    return stream;
  }

  private long deflateInit(MemorySegment stream) {
    return zlib.function(
            "deflateInit_", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT))
        .call(stream, FASTEST, version, (int) STREAM_BYTES);
  }

  private long inflateInit(MemorySegment stream) {
    return zlib.function(
            "inflateInit_", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
        .call(stream, version, (int) STREAM_BYTES);
  }

  /** Fills a chunk with words, the same ones for the same number. */
  private static void fill(MemorySegment chunk, int number) {
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < WORDS; i++) {
      long word = random.nextInt(VOCABULARY) * 0x9e3779b97f4a7c15L;
      chunk.set(JAVA_LONG_UNALIGNED, (long) i * Long.BYTES, word);
    }
  }

  @Test
  void aHundredMegabytesAreCompressedAndRestored() {
    List<MemorySegment> compressed = new ArrayList<>();
    MemorySegment input = heap.allocate(CHUNK, 8);
    MemorySegment stream = stream(functions);
    assertEquals(OK, deflateInit(stream));
    // Window and links of 4 x 32 KiB, hash table and literals of 2^(8 + 9) bytes, by zconf.h.
    assertBetween(256 << 10, 768 << 10, heap.stats().liveBytes() - CHUNK);
    long blocksOfDeflate = heap.stats().liveBlocks() - 1;
    for (int i = 0; i < CHUNKS; i++) {
      fill(input, i);
      compressed.add(deflated(stream, input, i == CHUNKS - 1));
    }
    assertEquals(blocksOfDeflate, heap.stats().liveBlocks() - 1 - CHUNKS);
    assertEquals(OK, deflateEnd.call(stream));
    assertEquals(1 + CHUNKS, heap.stats().liveBlocks(), "all of deflate's blocks were freed");
    assertTrue(stream.get(JAVA_LONG, TOTAL_OUT) < 50L * CHUNK, "nothing was compressed");

    MemorySegment output = heap.allocate(CHUNK, 8);
    MemorySegment back = stream(functions);
    long without = heap.stats().liveBytes();
    assertEquals(OK, inflateInit(back));
    restore(back, compressed, input, output);
    // The state with its tables, and a window of 32 KiB.
    assertBetween(32 << 10, 128 << 10, heap.stats().liveBytes() - without);
    assertEquals(OK, inflateEnd.call(back));
    assertEquals(without, heap.stats().liveBytes(), "all of inflate's blocks were freed");
    assertEquals(0, functions.failures());

    compressed.forEach(heap::free);
    heap.free(input);
    heap.free(output);
  }

  private static void assertBetween(long least, long most, long actual) {
    assertTrue(least <= actual && actual <= most, actual + " bytes");
  }

  /** Compresses a chunk to a block of its own. */
  private MemorySegment deflated(MemorySegment stream, MemorySegment input, boolean last) {
    MemorySegment output = heap.allocate(CHUNK, 8);
    stream.set(ADDRESS, NEXT_IN, input);
    stream.set(JAVA_INT, AVAIL_IN, CHUNK);
    stream.set(ADDRESS, NEXT_OUT, output);
    stream.set(JAVA_INT, AVAIL_OUT, CHUNK);
    assertEquals(last ? STREAM_END : OK, deflate.call(stream, last ? FINISH : NO_FLUSH), "deflate");
    assertEquals(0, stream.get(JAVA_INT, AVAIL_IN));
    return heap.reallocate(output, CHUNK - stream.get(JAVA_INT, AVAIL_OUT));
  }

  /** Restores all chunks, and compares each with what it was. */
  private void restore(
      MemorySegment stream,
      List<MemorySegment> compressed,
      MemorySegment expected,
      MemorySegment output) {
    int restored = 0;
    stream.set(ADDRESS, NEXT_OUT, output);
    stream.set(JAVA_INT, AVAIL_OUT, CHUNK);
    for (MemorySegment input : compressed) {
      stream.set(ADDRESS, NEXT_IN, input);
      stream.set(JAVA_INT, AVAIL_IN, (int) input.byteSize());
      while (stream.get(JAVA_INT, AVAIL_IN) > 0) {
        long status = inflate.call(stream, NO_FLUSH);
        assertTrue(status == OK || status == STREAM_END, "inflate: " + status);
        if (stream.get(JAVA_INT, AVAIL_OUT) == 0) {
          fill(expected, restored);
          assertEquals(-1, expected.mismatch(output), "chunk " + restored);
          restored++;
          stream.set(ADDRESS, NEXT_OUT, output);
          stream.set(JAVA_INT, AVAIL_OUT, CHUNK);
        }
      }
    }
    assertEquals(CHUNKS, restored);
  }

  @Test
  void aHeapThatIsTooSmallMakesZlibSaySo() {
    Smalloc small = Smalloc.builder().maxBytes(100 << 10).build();
    try (NativeFunctions ofSmall = NativeFunctions.of(small)) {
      assertEquals(MEM_ERROR, deflateInit(stream(ofSmall)));
      assertTrue(ofSmall.failures() > 0);
      assertEquals(0, small.stats().liveBlocks(), "zlib gave back what it had");
      MemorySegment back = stream(ofSmall);
      assertEquals(OK, inflateInit(back), "inflate needs less");
      assertEquals(OK, inflateEnd.call(back));
    }
    small.close();
  }

  @Test
  void deflateStreamsAreTakenUpAgain() {
    for (int i = 0; i < 100; i++) {
      MemorySegment stream = stream(functions);
      assertEquals(OK, deflateInit(stream));
      deflateEnd.call(stream);
    }
    assertTrue(heap.stats().takenBytes() < 4 << 20);
  }
}
