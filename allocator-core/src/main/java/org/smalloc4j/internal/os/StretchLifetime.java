package org.smalloc4j.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
   *   if (Arrays.equals(uses, none) && state.compareAndSet(IDLE, ENDED)) munmap(…)
   *   else if (state.compareAndSet(USED, ABANDONED) || state.compareAndSet(IDLE, ABANDONED))
   *     logger.log(WARNING, …)
   *
   * The JDK's cleaner thread holds the cleanup strongly until then. If that led to a class of ours,
   * our class loader would live as long as the thread, and with it the heap in a static field, and
   * the cleanup would never run. So it is put together from method handles of the JDK's own methods
   * and functions of the C library, bound to objects of the JDK: state, numbers, names.
   *
   *   IDLE       nothing depends on the stretch        -> USED, ENDED, ABANDONED
   *              but what is counted in uses
   *   USED       something open does: it must not go    -> IDLE, ABANDONED
   *   ENDED      released, or about to be               -> IDLE, if the system refused
   *   ABANDONED  unreachable, and reserved for good
   *
   * Handles are called by invokeWithArguments, which links them when it runs: that takes 20 ms, and
   * few processes come to it.
   *
   * A list of all states tells how many stretches are held; the lists of two copies of the library
   * in one process do not know of each other.
   */

  private static final String IDLE = "idle";
  private static final String USED = "used";
  private static final String ENDED = "ended";
  private static final String ABANDONED = "abandoned";

  /** The stretches that may not have ended; guarded by itself. */
  private static final List<Entry> ENTRIES = new ArrayList<>();

  private final AtomicReference<String> state = new AtomicReference<>(IDLE);
  private final VirtualMemory os;
  private final long address;
  private final long byteSize;
  private final String name;
  private final long[] uses;

  /**
   * What gives the warning, a handle and its arguments; made by the first {@link #prepareUse}.
   * Plain: written before the stretch is used, read by the cleanup when nobody can use it any more.
   */
  private final Object[] warning = new Object[2];

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
  }

  private record Entry(AtomicReference<String> state, long byteSize) {}

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
    if (end()) {
      resume(); // the first swap links it, which needs Java heap: now, and not when it ends
    }
    try {
      enter(new Entry(state, byteSize));
      DeferredCall release = os.releaseLater(address, byteSize);
      if (release != null) {
        RawMemory.segment(address, byteSize, arena, cleanup(release));
      }
    } catch (Throwable thrown) {
      state.set(ENDED);
      throw thrown;
    }
  }

  /** Adds an entry, and removes those that have ended. */
  private static void enter(Entry entry) {
    synchronized (ENTRIES) {
      for (int i = ENTRIES.size() - 1; i >= 0; i--) {
        if (ENDED.equals(ENTRIES.get(i).state().get())) {
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
        if (!ENDED.equals(entry.state().get())) {
          count++;
          bytes += entry.byteSize();
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
    if (warning[0] == null) {
      prepareWarning();
    }
  }

  /** Notes that something depends on the stretch; prepared by {@link #prepareUse}. */
  public void beginUse() {
    // Volatile swap: what the warning consists of is written before it.
    state.compareAndSet(IDLE, USED);
  }

  /** Notes that nothing depends on it any more. */
  public void endUse() {
    state.compareAndSet(USED, IDLE);
  }

  /** Ends it, for the caller to release the stretch; false if it is in use, or has ended. */
  public boolean end() {
    // Volatile swap: the cleanup makes the same one. Both releasing would unmap what is another's.
    return state.compareAndSet(IDLE, ENDED);
  }

  /** Takes back an {@link #end}: the system refused the release. */
  public void resume() {
    state.compareAndSet(ENDED, IDLE);
  }

  private Consumer<MemorySegment> cleanup(DeferredCall release) {
    MethodHandle swap =
        PublicMethods.of(
            AtomicReference.class, "compareAndSet", boolean.class, Object.class, Object.class);
    MethodHandle call = DeferredCall.invoker();
    MethodHandle abandon =
        PublicMethods.of(AtomicReference.class, "get", Object.class).bindTo(state);
    for (String from : List.of(IDLE, USED)) {
      abandon =
          MethodHandles.guardWithTest(
              MethodHandles.insertArguments(swap, 0, state, from, ABANDONED),
              MethodHandles.insertArguments(call, 0, call, warning),
              abandon);
    }
    MethodHandle end =
        MethodHandles.guardWithTest(
            MethodHandles.insertArguments(swap, 0, state, IDLE, ENDED), release.handle(), abandon);
    MethodHandle decision =
        MethodHandles.guardWithTest(
            MethodHandles.insertArguments(
                PublicMethods.ofClass(
                    Arrays.class, "equals", boolean.class, long[].class, long[].class),
                0,
                uses,
                new long[uses.length]),
            end,
            abandon);
    return DeferredCall.cleanup(decision);
  }

  /** Makes a handle of {@code getLoggerFinder().getLogger(name, module).log(WARNING, text)}. */
  private void prepareWarning() {
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
    MethodHandle warn =
        MethodHandles.filterReturnValue(
            logger, MethodHandles.insertArguments(log, 1, System.Logger.Level.WARNING, text));
    warning[1] = new Object[0];
    warning[0] = warn;
  }
}
