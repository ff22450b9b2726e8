package org.smalloc4j.internal.os;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The end of a reserved stretch: by a call, or when this object is no longer reachable, whichever
 * comes first, and once. An unreachable one in use stays reserved, with a warning.
 *
 * <p>{@link #endUse}, {@link #end} and {@link #resume} need no Java heap. Callers let no two calls
 * on one object meet.
 */
public final class StretchLifetime {
  /*
   * Idea: an arena that ends when the garbage collector says so holds one segment, whose cleanup is
   *
   *   invokeWithArguments(atEnd[0], atEnd[1])
   *
   * and what is in atEnd is changed with the state:
   *
   *   IDLE       nothing depends on the stretch        munmap(…); once a use has been prepared,
   *              but what is counted in uses           if (Arrays.equals(uses, none)) munmap(…)
   *                                                    else logger.log(WARNING, …)
   *   USED       something open does: it must not go   logger.log(WARNING, …)
   *   ENDED      released, or about to be              munmap of no bytes, which is refused
   *
   * The cleanup runs when nobody can reach this object any more, so it meets no other call.
   *
   * The JDK's cleaner thread holds the cleanup strongly until then. If that led to a class of ours,
   * our class loader would live as long as the thread, and with it the heap in a static field, and
   * the cleanup would never run. So it is put together from method handles of the JDK's own methods
   * and functions of the C library, bound to objects of the JDK: arrays, numbers, names.
   *
   * Handles are combined, and linked, as late as can be: each combination is a class that the JVM
   * makes. Those of a warning come with the first use, those of a call when it is made: that takes
   * 20 ms, and few processes come to it.
   *
   * A list of all states tells how many stretches are held; the lists of two copies of the library
   * in one process do not know of each other.
   */

  private static final String IDLE = "idle";
  private static final String USED = "used";
  private static final String ENDED = "ended";

  private static final Object[] NO_ARGUMENTS = {};

  /** The stretches that may not have ended; guarded by itself. */
  private static final List<Entry> ENTRIES = new ArrayList<>();

  private final VirtualMemory os;
  private final long address;
  private final long byteSize;
  private final String name;
  private final long[] uses;
  private final Entry entry;

  /** The call that releases the stretch; null if there is no cleanup. */
  private @Nullable DeferredCall release;

  /** What that call is made with, and what it is made with so that it does nothing. */
  private Object[] ofAll = NO_ARGUMENTS;

  private Object[] ofNothing = NO_ARGUMENTS;

  /** What releases or warns, and what warns; made by the first {@link #prepareUse}. */
  private @Nullable MethodHandle decision;

  private @Nullable MethodHandle warning;

  /**
   * What the cleanup calls: a handle and its arguments. Plain: read when nobody can write it any
   * more.
   */
  private final @Nullable Object[] atEnd = new @Nullable Object[2];

  /** Its end is that of this object. */
  private final Arena arena = Arena.ofAuto();

  /**
   * Creates the lifetime of a stretch, for {@link #begin} to begin.
   *
   * @param name what the warning calls its heap
   * @param uses numbers of what depends on the stretch beside {@link #beginUse}; the collector sees
   *     the last ones, since who writes them can reach the heap
   */
  public StretchLifetime(VirtualMemory os, long address, long byteSize, String name, long[] uses) {
    this.uses = uses;
    this.os = os;
    this.address = address;
    this.byteSize = byteSize;
    this.name = name;
    entry = new Entry(new WeakReference<>(this), byteSize, uses);
  }

  /** What is known of a stretch when its lifetime is gone. */
  private static final class Entry {
    final WeakReference<StretchLifetime> lifetime;
    final long byteSize;
    final long[] uses;

    /** Volatile: who counts what is held has no monitor of the heap's. */
    volatile String state = IDLE;

    Entry(WeakReference<StretchLifetime> lifetime, long byteSize, long[] uses) {
      this.lifetime = lifetime;
      this.byteSize = byteSize;
      this.uses = uses;
    }

    /** Whether it was released, or its cleanup has done so or will do so at once. */
    boolean hasEnded() {
      return state.equals(ENDED)
          || (state.equals(IDLE) && lifetime.refersTo(null) && isUnused(uses));
    }

    private static boolean isUnused(long[] uses) {
      for (long use : uses) {
        if (use != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Stretches that are reserved, as far as this copy of the library knows.
   *
   * @param count how many
   * @param bytes bytes of addresses
   */
  record Held(long count, long bytes) {}

  /**
   * Begins it. If this throws it has not begun, and never will: the caller releases the stretch.
   */
  public void begin() {
    try {
      enter(entry);
      DeferredCall none = os.releaseLater(address, 0);
      release = os.releaseLater(address, byteSize);
      if (release != null && none != null) {
        ofAll = release.arguments().toArray();
        ofNothing = none.arguments().toArray();
        become(IDLE);
        MethodHandle call = DeferredCall.invoker();
        RawMemory.segment(
            address,
            byteSize,
            arena,
            DeferredCall.cleanup(MethodHandles.insertArguments(call, 0, call, atEnd)));
      }
    } catch (Throwable thrown) {
      become(ENDED);
      throw thrown;
    }
  }

  /** Adds an entry, and removes those that have ended. */
  private static void enter(Entry entry) {
    synchronized (ENTRIES) {
      for (int i = ENTRIES.size() - 1; i >= 0; i--) {
        if (ENTRIES.get(i).hasEnded()) {
          ENTRIES.remove(i);
        }
      }
      ENTRIES.add(entry);
    }
  }

  /** Returns what is held now. */
  static Held held() {
    long count = 0;
    long bytes = 0;
    synchronized (ENTRIES) {
      for (Entry entry : ENTRIES) {
        if (!entry.hasEnded()) {
          count++;
          bytes += entry.byteSize;
        }
      }
    }
    return new Held(count, bytes);
  }

  /**
   * Makes what is needed if the stretch has to be left behind. Needs Java heap the first time;
   * whatever is thrown then, nothing has changed. To come before the first use.
   */
  public void prepareUse() {
    DeferredCall call = release;
    if (warning == null && call != null) {
      MethodHandle warn = warning().asType(MethodType.methodType(Object.class));
      decision =
          MethodHandles.guardWithTest(
              MethodHandles.insertArguments(
                  PublicMethods.ofClass(
                      Arrays.class, "equals", boolean.class, long[].class, long[].class),
                  0,
                  uses,
                  new long[uses.length]),
              call.handle(),
              warn);
      warning = warn;
      become(entry.state);
    }
  }

  /** Notes that something depends on the stretch; prepared by {@link #prepareUse}. */
  public void beginUse() {
    if (entry.state.equals(IDLE)) {
      become(USED);
    }
  }

  /** Notes that nothing depends on it any more. */
  public void endUse() {
    if (entry.state.equals(USED)) {
      become(IDLE);
    }
  }

  /** Ends it, for the caller to release the stretch; false if it is in use, or has ended. */
  public boolean end() {
    if (!entry.state.equals(IDLE)) {
      return false;
    }
    become(ENDED);
    return true;
  }

  /** Takes back an {@link #end}: the system refused the release. */
  public void resume() {
    if (entry.state.equals(ENDED)) {
      become(IDLE);
    }
  }

  /** Sets the state, and what the cleanup does in it. */
  private void become(String state) {
    MethodHandle handle = state.equals(USED) ? warning : decision;
    boolean isCall = state.equals(ENDED) || handle == null;
    atEnd[0] = isCall && release != null ? release.function() : handle;
    atEnd[1] = !isCall ? NO_ARGUMENTS : state.equals(IDLE) ? ofAll : ofNothing;
    entry.state = state;
  }

  /** Makes a handle of {@code getLoggerFinder().getLogger(name, module).log(WARNING, text)}. */
  private MethodHandle warning() {
    MethodHandle finder =
        PublicMethods.ofClass(
            System.LoggerFinder.class, "getLoggerFinder", System.LoggerFinder.class);
    MethodHandle getLogger =
        PublicMethods.of(
            System.LoggerFinder.class,
            "getLogger",
            System.Logger.class,
            String.class,
            Module.class);
    MethodHandle log =
        PublicMethods.of(
            System.Logger.class, "log", void.class, System.Logger.Level.class, String.class);
    String text =
        "heap '"
            + name
            + "' is no longer reachable, but an arena, a pool or a pointer table of it is open: its"
            + " region stays reserved; close these before the heap is dropped";
    MethodHandle logger =
        MethodHandles.filterReturnValue(
            finder,
            MethodHandles.insertArguments(getLogger, 1, "org.smalloc4j", Object.class.getModule()));
    return MethodHandles.filterReturnValue(
        logger, MethodHandles.insertArguments(log, 1, System.Logger.Level.WARNING, text));
  }
}
