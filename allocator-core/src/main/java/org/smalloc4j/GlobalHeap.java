package org.smalloc4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.Headroom;

/** The heap of the process: made on first use, and if that fails, at a later one. */
final class GlobalHeap {
  /*
   * A static final field is a constant to the JIT, and a class whose initialiser failed is unusable
   * for good. So the initialiser of Holder makes nothing: it reads a heap that is there already.
   */

  /** Guarded by the class, and written once. */
  private static @Nullable Smalloc made;

  /**
   * Whether {@link Holder} is initialised. Plain: who sees true by a race finds the class
   * initialised, and that gives the edge.
   */
  private static boolean ready;

  private GlobalHeap() {}

  /** Returns the heap; the same on every call. */
  static Smalloc get() {
    if (!ready) {
      make();
    }
    return Holder.HEAP;
  }

  private static synchronized void make() {
    Headroom.check();
    if (made == null) {
      made = new SmallocBuilder().name("global").buildGlobal();
    }
    ready = Holder.HEAP == made;
  }

  private static final class Holder {
    static final Smalloc HEAP = Objects.requireNonNull(made);
  }
}
