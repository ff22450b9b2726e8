package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Threads that the C library starts, without Java's knowledge. */
final class Pthreads {
  private static final Pointers.Function CREATE =
      Pointers.of(
          Pointers.ofLibc("pthread_create"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
  private static final Pointers.Function JOIN =
      Pointers.of(
          Pointers.ofLibc("pthread_join"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));

  private static final long DEFAULT_ATTRIBUTES = 0;

  private Pthreads() {}

  /** Runs a start routine in several threads at once, each with an argument of its own. */
  static List<Long> all(MemorySegment routine, int threads, IntFunction<Long> argument) {
    List<Long> results = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handles = arena.allocate(JAVA_LONG, threads);
      MemorySegment result = arena.allocate(JAVA_LONG);
      for (int i = 0; i < threads; i++) {
        MemorySegment handle = handles.asSlice(i * JAVA_LONG.byteSize(), JAVA_LONG);
        assertEquals(0, CREATE.call(handle, DEFAULT_ATTRIBUTES, routine, argument.apply(i)));
      }
      for (int i = 0; i < threads; i++) {
        assertEquals(0, JOIN.call(handles.getAtIndex(JAVA_LONG, i), result));
        results.add(result.get(JAVA_LONG, 0));
      }
    }
    return results;
  }
}
