package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** After close nothing but close can be called. */
interface AllocatorCloseContract extends AllocatorContract {

  @Test
  default void everyCallAfterCloseIsRefused() {
    assertAll(
        "after close",
        operations().entrySet().stream()
            .map(
                operation ->
                    () -> assertRefusedAfterClose(operation.getKey(), operation.getValue())));
  }

  private void assertRefusedAfterClose(String name, Operation operation) {
    Allocator closed = newAllocator();
    long p = closed.malloc(64);
    closed.close();
    Executable call = () -> operation.on(closed, p);
    String message = assertThrows(IllegalStateException.class, call, name).getMessage();
    assertTrue(message.contains("closed"), () -> name + ": " + message);
  }

  /** A call of a method. */
  interface Operation {
    /** Calls it on an allocator with the address of one of its blocks. */
    void on(Allocator allocator, long p);
  }

  private static Map<String, Operation> operations() {
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put("malloc", (a, _) -> a.malloc(8));
    operations.put("aligned malloc", (a, _) -> a.malloc(8, 8));
    operations.put("malloc of too much", (a, _) -> a.malloc(Long.MAX_VALUE));
    operations.put("tryMalloc", (a, _) -> a.tryMalloc(8, 8));
    operations.put("calloc", (a, _) -> a.calloc(8));
    operations.put("aligned calloc", (a, _) -> a.calloc(8, 8));
    operations.put("realloc", (a, p) -> a.realloc(p, 8));
    operations.put("aligned realloc", (a, p) -> a.realloc(p, 8, 128));
    operations.put("realloc of NULL", (a, _) -> a.realloc(Allocator.NULL, 8));
    operations.put("free", (a, p) -> a.free(p));
    operations.put("free of NULL", (a, _) -> a.free(Allocator.NULL));
    operations.put("free of a segment", (a, p) -> a.free(OffHeap.segmentAt(p)));
    operations.put("free of the NULL segment", (a, _) -> a.free(MemorySegment.NULL));
    operations.put("usableSize", (a, p) -> a.usableSize(p));
    operations.put("owns", (a, p) -> a.owns(p));
    operations.put("allocate", (a, _) -> a.allocate(8, 8));
    operations.put("reallocate", (a, p) -> a.reallocate(OffHeap.segmentAt(p), 8));
    operations.put("byteBuffer", (a, p) -> a.byteBuffer(p, 8));
    operations.put("confinedArena", (a, _) -> a.confinedArena());
    operations.put("sharedArena", (a, _) -> a.sharedArena());
    operations.put("autoArena", (a, _) -> a.autoArena());
    operations.put("uncheckedSharedArena", (a, _) -> a.uncheckedSharedArena());
    operations.put("stats", (a, _) -> a.stats());
    operations.put("trim", (a, _) -> a.trim());
    return operations;
  }

  @Test
  default void closeIsIdempotent() {
    Allocator closed = newAllocator();
    closed.close();
    assertDoesNotThrow(closed::close);
    assertDoesNotThrow(closed::close);
  }

  @Test
  default void closeWithLiveBlocksIsAllowed() {
    Allocator closed = newAllocator();
    for (int i = 0; i < 1000; i++) {
      closed.malloc(i);
    }
    assertDoesNotThrow(closed::close);
  }
}
