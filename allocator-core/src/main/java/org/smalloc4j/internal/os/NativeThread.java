package org.smalloc4j.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.Headroom;

/**
 * The native thread that the calling thread runs on: a platform thread's own, or the carrier of a
 * virtual one. Where the system has no such functions (macOS) nothing is ever ready here.
 */
public final class NativeThread {
  /*
   * Idea: a number in a thread-specific value of the C library, which is NULL in a new thread. So a
   * number is never given twice, as the address that pthread_self() returns is: that of a thread
   * that has ended is soon another one's.
   *
   * Numbers count down from -1, and are no Java thread's id.
   *
   * The key of the values ends with this class, and so with its loader: a process has 1,024 of them,
   * and an application that is deployed again brings another copy of this class each time. Whoever
   * is given the same key later finds NULL in all threads.
   *
   * The kernel's id of a thread can be another one's after its end. So "alive" may be said of one
   * that is dead; "dead" is never said of one that lives.
   */

  /** Answer of {@link #number} where the native thread has none yet. */
  public static final long NO_NUMBER = 0;

  /** Guarded by the class; written once, with functions or where it is known there are none. */
  private static @Nullable Functions found;

  private static boolean isKnown;

  /**
   * Whether {@link Holder} is initialised. Plain: who sees true by a race finds the class
   * initialised, and that gives the edge.
   */
  private static boolean ready;

  private NativeThread() {}

  /**
   * What the C library has.
   *
   * @param getValue pthread_getspecific, without a change of the thread's state: for a call of a
   *     few nanoseconds
   * @param key the key of the numbers
   * @param lifetime of the key: it is deleted when nothing reaches this any more
   */
  private record Functions(
      MethodHandle getValue,
      int key,
      CLibrary library,
      MemorySegment setValue,
      MemorySegment kernelId,
      MemorySegment processGroup,
      Arena lifetime) {

    /** Returns null if one is missing, or does not do what is expected of it. */
    @SuppressWarnings("restricted")
    static @Nullable Functions find() {
      CLibrary library = CLibrary.get();
      Linker linker = Linker.nativeLinker();
      SymbolLookup lookup = linker.defaultLookup();
      MemorySegment kernelId = lookup.find("gettid").orElse(MemorySegment.NULL);
      MemorySegment processGroup = lookup.find("getpgid").orElse(MemorySegment.NULL);
      if (kernelId.address() == 0
          || processGroup.address() == 0
          || library.call(processGroup, library.call(kernelId, 0, 0, 0), 0, 0) < 0) {
        return null;
      }
      MethodHandle getValue =
          linker.downcallHandle(
              lookup.findOrThrow("pthread_getspecific"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_INT),
              Linker.Option.critical(false));
      MemorySegment setValue = lookup.findOrThrow("pthread_setspecific");
      MemorySegment delete = lookup.findOrThrow("pthread_key_delete");
      Arena lifetime = Arena.ofAuto();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment created = arena.allocate(JAVA_LONG);
        MemorySegment create = lookup.findOrThrow("pthread_key_create");
        if (library.call(create, created.address(), 0, 0) != 0) {
          return null;
        }
        int key = created.get(JAVA_INT, 0);
        try {
          Functions functions =
              new Functions(getValue, key, library, setValue, kernelId, processGroup, lifetime);
          new DeferredCall(library.handle(), List.of(delete, (long) key, 0L, 0L, 0L, 0L, 0L))
              .makeAtEndOf(lifetime);
          return functions;
        } catch (Throwable noRoom) {
          library.call(delete, key, 0, 0);
          throw noRoom;
        }
      }
    }
  }

  /** A static final field is a constant to the JIT; this initialiser cannot fail. */
  private static final class Holder {
    static final Functions FUNCTIONS = Objects.requireNonNull(found);
    static final MethodHandle GET_VALUE = FUNCTIONS.getValue();
    static final int KEY = FUNCTIONS.key();
    static final AtomicLong LAST_NUMBER = new AtomicLong();
  }

  /** Tells whether the other methods can be called. Has no initialiser to run. */
  public static boolean isReady() {
    return ready;
  }

  /**
   * Makes ready, if that has not been done: links a function, which takes some milliseconds.
   *
   * @return whether it is; false also if there is no stack or Java heap for it now
   */
  public static boolean prepare() {
    return ready || tryPrepare();
  }

  private static synchronized boolean tryPrepare() {
    if (!isKnown) {
      try {
        Headroom.checkFirst();
        found = Functions.find();
        isKnown = true;
      } catch (OutOfMemoryError | StackOverflowError noRoom) {
        return false;
      }
    }
    if (found != null && !ready) {
      for (int i = 0; i < CLibrary.CALLS_UNTIL_CUSTOMISED; i++) {
        number();
      }
      ready = true;
    }
    return ready;
  }

  /** Returns the calling thread's number, or {@link #NO_NUMBER} if it has none. */
  public static long number() {
    try {
      return (long) Holder.GET_VALUE.invokeExact(Holder.KEY);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall threw", thrown);
    }
  }

  /** Returns the calling thread's number, a new one if it had none; or {@link #NO_NUMBER}. */
  public static long numberOrNew() {
    long number = number();
    if (number != NO_NUMBER) {
      return number;
    }
    long next = Holder.LAST_NUMBER.decrementAndGet();
    Functions c = Holder.FUNCTIONS;
    return c.library().call(c.setValue(), c.key(), next, 0) == 0 ? next : NO_NUMBER;
  }

  /** Returns the kernel's id of the calling thread, more than 0. */
  public static int kernelId() {
    Functions c = Holder.FUNCTIONS;
    return c.library().call(c.kernelId(), 0, 0, 0);
  }

  /**
   * Tells whether there is a thread with that id. One that has ended made its last write before
   * this says no: the kernel lets go of a thread's id after the thread has left its processor.
   */
  public static boolean isAlive(int kernelId) {
    Functions c = Holder.FUNCTIONS;
    return c.library().call(c.processGroup(), kernelId, 0, 0) >= 0;
  }
}
