package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of {@link SegmentAllocator}'s documentation, on the JDK's arenas and ours. */
@ExtendWith(OutOfMemoryFails.class)
class SegmentAllocatorRulesTest {
  private static final String ALL = "org.smalloc4j.ArenaKind#all";
  private static final Class<IllegalArgumentException> REFUSED = IllegalArgumentException.class;
  private static final Class<NullPointerException> NO_NULL = NullPointerException.class;

  /** Fills memory with dirt and gives it back, so that what is not written shows. */
  private static void dirty(ArenaKind kind) {
    if (kind.isCloseable()) {
      try (Arena arena = kind.open()) {
        for (int i = 0; i < 300; i++) {
          arena.allocate(1L << i % 9).fill((byte) 0xA5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aStringIsStoredWithItsTerminator(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    for (String text : List.of("", "x", "smalloc4j", "größer als 8 Zeichen", "€\uD83D\uDE00")) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment segment = arena.allocateFrom(text);
      assertEquals(utf8.length + 1, segment.byteSize());
      assertEquals(0, segment.get(ValueLayout.JAVA_BYTE, utf8.length));
      assertArrayEquals(utf8, segment.asSlice(0, utf8.length).toArray(ValueLayout.JAVA_BYTE));
      assertEquals(text, segment.getString(0));
    }
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aStringIsEncodedInEveryStandardCharset(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    for (Charset charset :
        List.of(
            StandardCharsets.US_ASCII,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_8,
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_32,
            StandardCharsets.UTF_32BE,
            StandardCharsets.UTF_32LE)) {
      int terminator = charset.name().contains("16") ? 2 : charset.name().contains("32") ? 4 : 1;
      for (String text : List.of("", "abc", "äöü€")) {
        byte[] bytes = text.getBytes(charset);
        MemorySegment segment = arena.allocateFrom(text, charset);
        assertEquals(bytes.length + terminator, segment.byteSize(), charset.name());
        byte[] expected = java.util.Arrays.copyOf(bytes, bytes.length + terminator);
        assertArrayEquals(expected, segment.toArray(ValueLayout.JAVA_BYTE), charset.name());
      }
    }
    assertEquals(4, arena.allocateFrom("a\0b").byteSize());
    assertThrows(REFUSED, () -> arena.allocateFrom("x", Charset.forName("windows-1252")));
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aValueIsStoredAsItsLayoutSays(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      var chars = ValueLayout.JAVA_CHAR.withOrder(order);
      var shorts = ValueLayout.JAVA_SHORT.withOrder(order).withByteAlignment(16);
      var ints = ValueLayout.JAVA_INT.withOrder(order);
      var floats = ValueLayout.JAVA_FLOAT.withOrder(order);
      var longs = ValueLayout.JAVA_LONG.withOrder(order).withByteAlignment(64);
      var doubles = ValueLayout.JAVA_DOUBLE.withOrder(order);
      assertEquals('ß', exact(arena.allocateFrom(chars, 'ß'), chars).get(chars, 0));
      assertEquals(-2, exact(arena.allocateFrom(shorts, (short) -2), shorts).get(shorts, 0));
      assertEquals(-3, exact(arena.allocateFrom(ints, -3), ints).get(ints, 0));
      assertEquals(1.5f, exact(arena.allocateFrom(floats, 1.5f), floats).get(floats, 0));
      assertEquals(-5L, exact(arena.allocateFrom(longs, -5L), longs).get(longs, 0));
      assertEquals(2.5, exact(arena.allocateFrom(doubles, 2.5), doubles).get(doubles, 0));
    }
    var bytes = ValueLayout.JAVA_BYTE;
    assertEquals(7, exact(arena.allocateFrom(bytes, (byte) 7), bytes).get(bytes, 0));
    MemorySegment target = arena.allocate(8);
    MemorySegment pointer =
        exact(arena.allocateFrom(ValueLayout.ADDRESS, target), ValueLayout.ADDRESS);
    assertEquals(target.address(), pointer.get(ValueLayout.ADDRESS, 0).address());
    MemorySegment onHeap = MemorySegment.ofArray(new long[1]);
    assertThrows(REFUSED, () -> arena.allocateFrom(ValueLayout.ADDRESS, onHeap));
    kind.close(arena);
  }

  private static MemorySegment exact(MemorySegment segment, MemoryLayout layout) {
    assertEquals(layout.byteSize(), segment.byteSize());
    assertEquals(0, segment.address() % layout.byteAlignment());
    return segment;
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void anArrayIsStoredElementByElement(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    ByteOrder swapped =
        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN;
    byte[] bytes = {1, -2, 3};
    short[] shorts = {1, -2, 3};
    char[] chars = {'a', 'ß', '€'};
    int[] ints = {1, -2, 3};
    float[] floats = {1, -2, 3};
    long[] longs = {1, -2, 3};
    double[] doubles = {1, -2, 3};
    var js = ValueLayout.JAVA_SHORT.withOrder(swapped);
    var jc = ValueLayout.JAVA_CHAR.withOrder(swapped);
    var ji = ValueLayout.JAVA_INT.withOrder(swapped);
    var jf = ValueLayout.JAVA_FLOAT.withOrder(swapped);
    var jl = ValueLayout.JAVA_LONG.withOrder(swapped);
    var jd = ValueLayout.JAVA_DOUBLE.withOrder(swapped);
    var jb = ValueLayout.JAVA_BYTE;
    assertArrayEquals(bytes, arena.allocateFrom(jb, bytes).toArray(jb));
    assertArrayEquals(shorts, arena.allocateFrom(js, shorts).toArray(js));
    assertArrayEquals(chars, arena.allocateFrom(jc, chars).toArray(jc));
    assertArrayEquals(ints, arena.allocateFrom(ji, ints).toArray(ji));
    assertArrayEquals(floats, arena.allocateFrom(jf, floats).toArray(jf));
    assertArrayEquals(longs, arena.allocateFrom(jl, longs).toArray(jl));
    assertArrayEquals(doubles, arena.allocateFrom(jd, doubles).toArray(jd));
    assertEquals(0, arena.allocateFrom(jl).byteSize());
    var overAligned = ValueLayout.JAVA_INT.withByteAlignment(8);
    assertThrows(REFUSED, () -> arena.allocateFrom(overAligned, 1, 2));
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aPartOfASegmentIsCopied(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4);
    var big = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    MemorySegment copy = arena.allocateFrom(big, source, ValueLayout.JAVA_INT, 4, 2);
    assertArrayEquals(new int[] {2, 3}, copy.toArray(big));
    Class<IndexOutOfBoundsException> outside = IndexOutOfBoundsException.class;
    assertThrows(outside, () -> arena.allocateFrom(big, source, ValueLayout.JAVA_INT, 4, 4));
    assertThrows(outside, () -> arena.allocateFrom(big, source, ValueLayout.JAVA_INT, -4, 1));
    assertThrows(REFUSED, () -> arena.allocateFrom(big, source, ValueLayout.JAVA_INT, 0, -1));
    assertThrows(REFUSED, () -> arena.allocateFrom(big, source, ValueLayout.JAVA_LONG, 0, 1));
    MemorySegment ended;
    try (Arena other = Arena.ofConfined()) {
      ended = other.allocate(16, 8);
    }
    assertThrows(
        IllegalStateException.class,
        () -> arena.allocateFrom(big, ended, ValueLayout.JAVA_INT, 0, 1));
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aLayoutGivesSizeAndAlignment(ArenaKind kind) {
    dirty(kind);
    Arena arena = kind.open();
    MemoryLayout struct =
        MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT)
            .withByteAlignment(32);
    MemorySegment one = exact(arena.allocate(struct), struct);
    OffHeap.assertZero(one.address(), one.byteSize(), "one");
    MemorySegment many = arena.allocate(ValueLayout.JAVA_LONG, 11);
    assertEquals(88, many.byteSize());
    assertEquals(0, many.address() % 8);
    OffHeap.assertZero(many.address(), many.byteSize(), "many");
    assertEquals(0, arena.allocate(ValueLayout.JAVA_LONG, 0).byteSize());
    assertThrows(REFUSED, () -> arena.allocate(ValueLayout.JAVA_LONG, -1));
    assertThrows(REFUSED, () -> arena.allocate(ValueLayout.JAVA_LONG, Long.MAX_VALUE));
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void nullIsRefused(ArenaKind kind) {
    Arena arena = kind.open();
    long before = kind.liveBlocks();
    assertThrows(NO_NULL, () -> arena.allocateFrom((String) null));
    assertThrows(NO_NULL, () -> arena.allocateFrom("x", null));
    assertThrows(NO_NULL, () -> arena.allocateFrom((ValueLayout.OfInt) null, 1));
    assertThrows(NO_NULL, () -> arena.allocateFrom(ValueLayout.ADDRESS, (MemorySegment) null));
    assertThrows(NO_NULL, () -> arena.allocate((MemoryLayout) null));
    assertThrows(NO_NULL, () -> arena.allocate((MemoryLayout) null, 1));
    kind.assertLive(before, "after refusals");
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theAllocatorsOfTheJdkWorkOnASegment(ArenaKind kind) {
    Arena arena = kind.open();
    MemorySegment segment = arena.allocate(64, 64);
    SegmentAllocator slices = SegmentAllocator.slicingAllocator(segment);
    assertEquals(segment.address(), slices.allocate(3).address());
    assertEquals(segment.address() + 8, slices.allocate(8, 8).address());
    assertThrows(IndexOutOfBoundsException.class, () -> slices.allocate(64));
    SegmentAllocator prefix = SegmentAllocator.prefixAllocator(segment);
    assertEquals(segment.address(), prefix.allocate(60).address());
    assertEquals(segment.address(), prefix.allocate(60).address());
    assertTrue(arena.scope().isAlive());
    kind.close(arena);
  }
}
