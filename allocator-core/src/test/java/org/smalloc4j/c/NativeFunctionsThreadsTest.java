package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Crowd;
import org.smalloc4j.OffHeap;
import org.smalloc4j.Smalloc;

/** Calls by threads of all kinds, and calls inside calls. */
class NativeFunctionsThreadsTest {
  private static final int THREADS = 32;

  private final Smalloc heap = Smalloc.create();
  private final NativeFunctions functions = NativeFunctions.of(heap);
  private final Pointers.Libc c = Pointers.Libc.of(functions.lookup());
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void everyBlockWasFreed() {
    assertEquals(0, heap.stats().liveBlocks());
    assertEquals(0, functions.failures());
    arena.close();
    functions.close();
    heap.close();
  }

  @Test
  void threadsThatCStartedAllocateAndFree() {
    // Their start routines are malloc and free themselves: void *(*)(void *).
    List<Long> blocks = Pthreads.all(functions.malloc(), THREADS, _ -> 100L);
    assertEquals(THREADS, new HashSet<>(blocks).size());
    assertEquals(THREADS, heap.stats().liveBlocks());
    for (long block : blocks) {
      assertTrue(heap.owns(block));
    }
    Pthreads.all(functions.free(), THREADS, blocks::get);
  }

  @Test
  void threadsThatCStartedHandBlocksToEachOther() throws ReflectiveOperationException {
    Exchange exchange = new Exchange(c);
    MethodHandle start =
        MethodHandles.lookup()
            .findVirtual(Exchange.class, "run", MethodType.methodType(long.class, long.class))
            .bindTo(exchange);
    MemorySegment routine =
        Pointers.upcall(start, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), arena);
    List<Long> rounds = Pthreads.all(routine, 4, i -> (long) i + 1);
    assertEquals(List.of(), List.copyOf(exchange.failures));
    assertEquals(List.of(5000L, 5000L, 5000L, 5000L), rounds);
    exchange.handedOver.forEach(c.free()::call);
  }

  /** What a C thread does: allocates through the pointers, hands over, frees what others did. */
  static final class Exchange {
    final Queue<Long> handedOver = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Pointers.Libc c;

    Exchange(Pointers.Libc c) {
      this.c = c;
    }

    long run(long number) {
      try {
        for (int i = 0; i < 5000; i++) {
          long p = c.calloc().call(number, 16L);
          assertEquals(0, OffHeap.loadLong(p));
          OffHeap.storeLong(p, p);
          handedOver.add(p);
          Long q = handedOver.poll();
          if (q != null) {
            assertEquals(q, OffHeap.loadLong(q));
            c.free().call(q);
          }
        }
        return 5000;
      } catch (Throwable failure) {
        failures.add(failure);
        return 0;
      }
    }
  }

  @Test
  void platformAndVirtualThreadsAllocateAndFree() throws InterruptedException {
    new Crowd(15)
        .run(
            8,
            Crowd.MIXED,
            (_, random) -> {
              List<Long> live = new ArrayList<>();
              for (int i = 0; i < 5000; i++) {
                long p = c.malloc().call(random.nextLong(8, 2000));
                OffHeap.storeLong(p, p);
                live.add(c.realloc().call(p, random.nextLong(8, 2000)));
                assertEquals(p, OffHeap.loadLong(live.getLast()));
                if (live.size() > 100) {
                  c.free().call(live.remove(random.nextInt(100)));
                }
              }
              live.forEach(c.free()::call);
            });
  }

  @Test
  void callsInsideCallsInsideCallsAllocateAndFree() throws ReflectiveOperationException {
    Nested nested = new Nested(c, arena);
    nested.sort(20);
    assertEquals(20, nested.deepest);
    assertEquals(null, nested.failure);
  }

  /** A qsort whose comparison allocates, sorts in the same way one level deeper, and frees. */
  static final class Nested {
    private final Pointers.Libc c;
    private final MethodHandle qsort =
        Pointers.link(
            Pointers.ofLibc("qsort"),
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
    private final MemorySegment comparison;
    private final MemorySegment twoNumbers;
    private int levels;
    int deepest;
    Throwable failure;

    Nested(Pointers.Libc c, Arena arena) throws ReflectiveOperationException {
      this.c = c;
      twoNumbers = arena.allocate(16, 8);
      MethodHandle compare =
          MethodHandles.lookup()
              .findVirtual(
                  Nested.class, "compare", MethodType.methodType(int.class, long.class, long.class))
              .bindTo(this);
      comparison =
          Pointers.upcall(compare, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), arena);
    }

    void sort(int moreLevels) {
      levels = moreLevels;
      try {
        qsort.invoke(twoNumbers, 2L, 8L, comparison);
      } catch (Throwable thrown) {
        failure = thrown;
      }
    }

    int compare(long a, long b) {
      try {
        deepest++;
        long p = c.malloc().call(64L);
        OffHeap.storeLong(p, p);
        if (levels > 1) {
          sort(levels - 1);
        }
        assertEquals(p, OffHeap.loadLong(p));
        c.free().call(p);
      } catch (Throwable thrown) {
        failure = thrown;
      }
      return 0;
    }
  }

  @Test
  void anAllocatorMayItselfCallCThatAllocatesFromAnother() {
    Smalloc below = Smalloc.create();
    NativeFunctions functionsBelow = NativeFunctions.of(below);
    Pointers.Libc cBelow = Pointers.Libc.of(functionsBelow.lookup());
    FakeAllocator upper =
        new FakeAllocator(heap) {
          @Override
          public long tryMalloc(long byteSize, long byteAlignment) {
            return cBelow.alignedAlloc().call(byteAlignment, byteSize);
          }
        };
    try (NativeFunctions functionsOfUpper = NativeFunctions.of(upper)) {
      long p = Pointers.of(functionsOfUpper.malloc(), 1).call(64L);
      assertNotEquals(0, p);
      assertTrue(below.owns(p));
    }
    below.closeNow();
  }
}
