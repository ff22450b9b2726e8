package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Crowd;
import org.smalloc4j.Smalloc;

/** The pointers live from of() to close(), and hold the allocator open. */
class NativeFunctionsCloseTest {
  private final Smalloc heap = Smalloc.builder().name("held").build();

  @AfterEach
  void closeHeap() {
    heap.closeNow();
  }

  @Test
  void theHeapCannotBeClosedWhileThePointersAreOpen() {
    NativeFunctions functions = NativeFunctions.of(heap);
    String message = assertThrows(IllegalStateException.class, heap::close).getMessage();
    assertTrue(message.contains("'held'") && message.contains("NativeFunctions"), message);
    long p = Pointers.of(functions.malloc(), 1).call(8L);
    assertTrue(heap.owns(p));
    functions.close();
    heap.close();
  }

  @Test
  void aWrapperIsHeldOpenToo() {
    NativeFunctions functions = NativeFunctions.of(new FakeAllocator(heap));
    assertThrows(IllegalStateException.class, heap::close);
    functions.close();
    heap.close();
  }

  @Test
  void closeNowClosesThePointersFirst() {
    NativeFunctions functions = NativeFunctions.of(heap);
    MemorySegment malloc = functions.malloc();
    heap.closeNow();
    assertFalse(malloc.scope().isAlive());
  }

  @Test
  void closeIsIdempotent() {
    NativeFunctions functions = NativeFunctions.of(heap);
    functions.close();
    functions.close();
    heap.close();
    functions.close();
  }

  @Test
  void severalThreadsCanCloseAtOnce() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      NativeFunctions functions = NativeFunctions.of(heap);
      new Crowd(round).run(4, Crowd.MIXED, (_, _) -> functions.close());
    }
    heap.close();
  }

  @Test
  void blocksOutliveThePointers() {
    long p;
    try (NativeFunctions functions = NativeFunctions.of(heap)) {
      p = Pointers.of(functions.malloc(), 1).call(8L);
    }
    heap.free(p);
  }

  @Test
  void everythingButFailuresIsRefusedAfterClose() {
    NativeFunctions functions = NativeFunctions.of(heap);
    Pointers.of(functions.malloc(), 1).call(-1L);
    functions.close();
    List<Supplier<Object>> calls =
        List.of(
            functions::malloc,
            functions::calloc,
            functions::realloc,
            functions::free,
            functions::alignedAlloc,
            functions::usableSize,
            functions::zalloc,
            functions::zfree,
            functions::sqliteMemMethods,
            functions::luaAlloc,
            functions::lookup);
    for (Supplier<Object> call : calls) {
      String message = assertThrows(IllegalStateException.class, call::get).getMessage();
      assertTrue(message.contains("held") && message.contains("closed"), message);
    }
    assertEquals(1, functions.failures());
    assertTrue(functions.toString().contains("closed"), functions::toString);
  }

  @Test
  void javaCannotPassAKeptPointerOnAfterClose() {
    NativeFunctions functions = NativeFunctions.of(heap);
    MemorySegment malloc = functions.malloc();
    var symbols = functions.lookup();
    functions.close();
    assertFalse(malloc.scope().isAlive());
    assertFalse(symbols.findOrThrow("malloc").scope().isAlive());
    FunctionDescriptor takesPointer = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
    MethodHandle labs = Pointers.link(Pointers.ofLibc("labs"), takesPointer);
    assertThrows(IllegalStateException.class, () -> labs.invoke(malloc));
  }

  @Test
  void aHeapThatIsClosedGetsNoPointers() {
    heap.close();
    String message =
        assertThrows(IllegalStateException.class, () -> NativeFunctions.of(heap)).getMessage();
    assertTrue(message.contains("closed"), message);
  }

  @Test
  void anAllocatorThatCannotAttachKeepsNothing() {
    FakeAllocator full = new FakeAllocator(heap);
    full.failure = () -> new OutOfMemoryError("Java heap space");
    assertThrows(OutOfMemoryError.class, () -> NativeFunctions.of(full));
    heap.close();
  }

  /** The comparison of a qsort that was given one of the pointers to sort. */
  static final class ClosingComparison {
    private final NativeFunctions functions;
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();

    ClosingComparison(NativeFunctions functions) {
      this.functions = functions;
    }

    int compare(MemorySegment a, MemorySegment b) {
      try {
        functions.close();
      } catch (Throwable refused) {
        thrown.set(refused);
      }
      return 0;
    }
  }

  @Test
  void closeIsRefusedWhileADowncallHasAPointer() throws Throwable {
    NativeFunctions functions = NativeFunctions.of(heap);
    ClosingComparison comparison = new ClosingComparison(functions);
    FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    MethodHandle compare =
        MethodHandles.lookup()
            .findVirtual(
                ClosingComparison.class,
                "compare",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    MethodHandle qsort =
        Pointers.link(
            Pointers.ofLibc("qsort"),
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment callback = Pointers.upcall(compare.bindTo(comparison), descriptor, arena);
      // Two pointers' worth of the struct, which is in the same scope as the pointers.
      qsort.invoke(functions.sqliteMemMethods(), 2L, 8L, callback);
    }
    assertEquals(IllegalStateException.class, comparison.thrown.get().getClass());
    assertTrue(heap.owns(Pointers.of(functions.malloc(), 1).call(8L)), "still open");
    assertThrows(IllegalStateException.class, heap::close);
    functions.close();
    assertNull(closed(heap));
  }

  private static Throwable closed(Smalloc heap) {
    try {
      heap.close();
      return null;
    } catch (IllegalStateException refused) {
      return refused;
    }
  }
}
