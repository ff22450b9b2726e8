package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import org.smalloc4j.Smalloc;

/** Calls by C that end the process, each because the JVM has no way to tell C. */
enum FatalProgram {
  /**
   * Calls malloc from deeper and deeper in the stack. The first calls that do not fit overflow in
   * the allocator, and give NULL; one that overflows before this project's code runs is the end.
   */
  STACK {
    private static final int STEPS = 400;

    @Override
    void run(Smalloc heap, NativeFunctions functions) throws Throwable {
      MethodHandle malloc =
          Pointers.link(functions.malloc(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
      mallocAt(0, malloc); // links and loads everything
      long blocks = 1;
      long nulls = 0;
      int deepest = depth(0);
      for (int depth = deepest - STEPS; depth < deepest; depth++) {
        boolean failed = mallocAt(depth, malloc) == 0;
        blocks += failed ? 0 : 1;
        nulls += failed ? 1 : 0;
        if (nulls != functions.failures() || blocks != heap.stats().liveBlocks()) {
          throw new AssertionError(
              functions.failures() + " failures, " + heap.stats().liveBlocks() + " live blocks");
        }
        System.out.println(failed ? "NULL" : "block");
      }
    }

    private static int depth(int reached) {
      try {
        return depth(reached + 1);
      } catch (StackOverflowError deepest) {
        return reached;
      }
    }

    private static long mallocAt(int depth, MethodHandle malloc) throws Throwable {
      return depth > 0 ? mallocAt(depth - 1, malloc) : (long) malloc.invokeExact(64L);
    }
  },

  /** Fills the Java heap, and lets C start a thread that calls malloc. */
  ATTACH {
    @Override
    void run(Smalloc heap, NativeFunctions functions) throws Throwable {
      MethodHandle create =
          Pointers.link(
              Pointers.ofLibc("pthread_create"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
      MethodHandle join =
          Pointers.link(
              Pointers.ofLibc("pthread_join"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment routine = functions.malloc();
        MemorySegment thread = arena.allocate(JAVA_LONG);
        MemorySegment result = arena.allocate(JAVA_LONG);
        startAndJoin(create, join, routine, thread, result); // links and loads everything
        Object[] filled = null;
        for (int length = 1 << 20; length >= 1; length /= 2) {
          filled = fill(filled, length);
        }
        startAndJoin(create, join, routine, thread, result);
        Reference.reachabilityFence(filled);
      }
    }

    private static Object[] fill(Object[] filled, int length) {
      Object[] last = filled;
      try {
        while (true) {
          Object[] next = new Object[length];
          next[0] = last;
          last = next;
        }
      } catch (OutOfMemoryError full) {
        return last;
      }
    }

    private static void startAndJoin(
        MethodHandle create,
        MethodHandle join,
        MemorySegment routine,
        MemorySegment thread,
        MemorySegment result)
        throws Throwable {
      int created = (int) create.invokeExact(thread, 0L, routine, 64L);
      int joined = (int) join.invokeExact(thread.get(JAVA_LONG, 0), result);
      if (created != 0 || joined != 0) {
        throw new AssertionError("pthread_create " + created + ", pthread_join " + joined);
      }
    }
  };

  abstract void run(Smalloc heap, NativeFunctions functions) throws Throwable;

  /** Runs the program that is named. */
  public static void main(String[] arguments) throws Throwable {
    Smalloc heap = Smalloc.create();
    valueOf(arguments[0]).run(heap, NativeFunctions.of(heap));
    System.out.print("survived");
  }
}
