package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smalloc4j.Smalloc;

/** Whatever the allocator throws ends in front of C's frames. */
class NativeFunctionsFailuresTest {
  private static final long NULL = 0;
  private static final FunctionDescriptor INT_OF_LONG = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);

  private final Smalloc heap = Smalloc.create();
  private final FakeAllocator allocator = new FakeAllocator(heap);
  private final NativeFunctions functions = NativeFunctions.of(allocator);
  private final Pointers.Libc c = Pointers.Libc.of(functions.lookup());
  private final Pointers.Function zalloc =
      Pointers.of(
          functions.zalloc(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
  private final Pointers.Function zfree =
      Pointers.of(functions.zfree(), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
  private final Pointers.Function luaAlloc = Pointers.of(functions.luaAlloc(), 4);

  @AfterEach
  void everyBlockWasFreed() {
    assertEquals(0, heap.stats().liveBlocks());
    functions.close();
    heap.close();
  }

  private Pointers.Function sqlite(int index, FunctionDescriptor descriptor) {
    MemorySegment pointer = functions.sqliteMemMethods().getAtIndex(ADDRESS, index);
    return Pointers.of(pointer, descriptor);
  }

  private Pointers.Function xMalloc() {
    return sqlite(0, FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
  }

  private Pointers.Function xFree() {
    return sqlite(1, FunctionDescriptor.ofVoid(JAVA_LONG));
  }

  private Pointers.Function xRealloc() {
    return sqlite(2, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT));
  }

  private Pointers.Function xSize() {
    return sqlite(3, INT_OF_LONG);
  }

  private Pointers.Function xRoundup() {
    return sqlite(4, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }

  static List<Supplier<Throwable>> failures() {
    return List.of(
        () -> new IllegalArgumentException("refused"),
        () -> new IllegalStateException("double free"),
        () -> new OutOfMemoryError("nothing left"),
        NativeFunctionsFailuresTest::overflow,
        () -> new AssertionError("broken"),
        () -> new WrongThreadException("another's"),
        () -> new IOException("checked"));
  }

  /** Throws; says that it returns to stand in the list. */
  private static Throwable overflow() {
    return overflow();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anythingThatTheAllocatorThrowsIsCountedAndBecomesNull(Supplier<Throwable> failure) {
    long p = c.malloc().call(100L);
    Pointers.Function xMalloc = xMalloc();
    Pointers.Function xFree = xFree();
    Pointers.Function xRealloc = xRealloc();
    Pointers.Function xSize = xSize();
    allocator.failure = failure;
    List<Supplier<Long>> calls =
        List.of(
            () -> c.malloc().call(8L),
            () -> c.calloc().call(8L, 8L),
            () -> c.realloc().call(p, 1000L),
            () -> c.free().call(p),
            () -> c.alignedAlloc().call(8L, 8L),
            () -> c.usableSize().call(p),
            () -> zalloc.call(NULL, 8, 8),
            () -> zfree.call(NULL, p),
            () -> xMalloc.call(8),
            () -> xFree.call(p),
            () -> xRealloc.call(p, 8),
            () -> xSize.call(p),
            () -> luaAlloc.call(NULL, NULL, 4L, 8L),
            () -> luaAlloc.call(NULL, p, 100L, 101L),
            () -> luaAlloc.call(NULL, p, 100L, 0L));
    for (int i = 0; i < calls.size(); i++) {
      assertEquals(NULL, calls.get(i).get(), "call " + i);
      assertEquals(i + 1, functions.failures(), "failures after call " + i);
    }
    allocator.failure = () -> null;
    assertEquals(128, heap.usableSize(p));
    c.free().call(p);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void luaIsNeverRefusedABlockThatDoesNotGrow(Supplier<Throwable> failure) {
    long p = luaAlloc.call(NULL, NULL, 4L, 100L);
    allocator.failure = failure;
    assertEquals(p, luaAlloc.call(NULL, p, 100L, 100L));
    assertEquals(p, luaAlloc.call(NULL, p, 100L, 10L));
    assertEquals(NULL, luaAlloc.call(NULL, p, 10L, 11L));
    allocator.failure = () -> null;
    assertEquals(NULL, luaAlloc.call(NULL, p, 10L, 0L));
    assertEquals(3, functions.failures());
  }

  @Test
  void luaFreesByASizeOf0() {
    assertEquals(NULL, luaAlloc.call(NULL, NULL, 0L, 0L));
    long p = luaAlloc.call(NULL, NULL, 5L, 8L);
    assertEquals(1, heap.stats().liveBlocks());
    p = luaAlloc.call(NULL, p, 8L, 5000L);
    assertTrue(heap.usableSize(p) >= 5000);
    assertEquals(NULL, luaAlloc.call(NULL, p, 5000L, 0L));
    assertEquals(0, functions.failures());
  }

  @Test
  void zlibsProductOfUnsignedNumbersIsNotCutOff() {
    assertEquals(NULL, zalloc.call(NULL, -1, -1)); // 2^64 - 2^33 + 1
    assertEquals(NULL, zalloc.call(NULL, 1 << 31, 2)); // 2^32
    assertEquals(NULL, zalloc.call(NULL, 1 << 16, 1 << 16)); // 2^32
    assertEquals(3, functions.failures());
    long p = zalloc.call(1234L, 100, 10);
    assertTrue(heap.usableSize(p) >= 1000);
    zfree.call(1234L, p);
    zfree.call(NULL, NULL);
    assertEquals(3, functions.failures());
  }

  @Test
  void sqlitesSizesAreIntsAndRoundedUpTo8() {
    long p = xMalloc().call(100);
    assertEquals(heap.usableSize(p), xSize().call(p));
    p = xRealloc().call(p, 1000);
    assertEquals(1024, xSize().call(p));
    xFree().call(p);
    assertEquals(8, xRoundup().call(1));
    assertEquals(8, xRoundup().call(8));
    assertEquals(104, xRoundup().call(97));
    assertEquals(0x7fffff00, xRoundup().call(0x7fffff00)); // the most that SQLite asks for
    assertEquals(0, functions.failures());
    assertEquals(0, xRoundup().call(Integer.MAX_VALUE));
    assertEquals(0, xRoundup().call(-1));
    assertEquals(NULL, xMalloc().call(-1));
    assertEquals(1, functions.failures());
  }

  @Test
  void sqlitesStructHasSevenPointersAndNoData() {
    assertEquals(64, functions.sqliteMemMethods().byteSize());
    for (int i = 0; i < 7; i++) {
      assertNotEquals(NULL, functions.sqliteMemMethods().getAtIndex(JAVA_LONG, i), "pointer " + i);
    }
    assertEquals(NULL, functions.sqliteMemMethods().getAtIndex(JAVA_LONG, 7));
    assertTrue(functions.sqliteMemMethods().isReadOnly());
    assertEquals(0, sqlite(5, INT_OF_LONG).call(NULL));
    assertEquals(0, sqlite(6, FunctionDescriptor.ofVoid(JAVA_LONG)).call(NULL));
  }
}
