package org.smalloc4j.internal.slab;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.os.NativeThread;

/** Who owns a slab, or did. Its entry apart, it does not change. */
final class Owner extends WeakReference<Thread> {
  /*
   * Two kinds (ADR 20):
   *
   *   a platform thread   Held weakly, so that a thread that has ended can be collected, with all
   *                       that its task and its class loader hold: one reference for each
   *                       acquisition. A thread that runs is reachable, so a reference that was
   *                       cleared means a dead thread (ADR 17).
   *   a carrier           of virtual threads, which use its slab in turn. Where it is visible it is
   *                       a platform thread like any other. Else no API tells its Thread, so it is
   *                       known by its number, and whether it lives by the kernel's id.
   */

  /** Stands for a thread that has a slab in hand. */
  static final Owner IN_HAND = new Owner(null, OwnedSlab.NOBODY, 0, null);

  /**
   * Stands for any owner that is dead, or that a slab was taken from: what the slab holds is there
   * for whoever comes.
   */
  static final Owner DEAD = new Owner(null, OwnedSlab.NOBODY, 0, null);

  private final long id;

  /** The kernel's id of a carrier, 0 for a platform thread. */
  private final int kernelId;

  /**
   * Where in the directory it finds its slab. Plain: written by its thread, while it is nobody's
   * owner.
   */
  int entry;

  /** Whom a question is put to; null in an owner. */
  private final @Nullable Owner asked;

  Owner(Thread thread) {
    this(thread, thread.threadId(), 0, null);
    entry = Directory.firstEntry(id);
  }

  private Owner(@Nullable Thread thread, long id, int kernelId, @Nullable Owner asked) {
    super(thread);
    this.id = id;
    this.kernelId = kernelId;
    this.asked = asked;
  }

  /** Creates the owner that stands for a carrier. */
  static Owner carrier(long id, int kernelId) {
    return new Owner(null, id, kernelId, null);
  }

  long id() {
    return id;
  }

  /** Returns what stands for this owner while a {@link Revocation} is under way, each time anew. */
  Owner question() {
    return new Owner(null, id, 0, this);
  }

  /** Returns the owner, in place of a question to it. */
  Owner principal() {
    return asked == null ? this : asked;
  }

  /** Tells whether this stands for a carrier, of which no API tells what it does. */
  boolean isCarrier() {
    return kernelId != 0;
  }

  /** Returns whom a question may be put to; null for a carrier, for one that is asked already. */
  @Nullable Thread askable() {
    return kernelId == 0 && asked == null ? get() : null;
  }

  boolean isDead() {
    if (this == IN_HAND || asked != null) {
      return false;
    }
    if (kernelId != 0) {
      return !NativeThread.isAlive(kernelId);
    }
    Thread thread = get();
    return thread == null || !thread.isAlive();
  }
}
