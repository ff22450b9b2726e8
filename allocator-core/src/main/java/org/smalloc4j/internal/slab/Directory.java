package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.Carriers;
import org.smalloc4j.internal.os.NativeThread;

/**
 * The slabs that can be owned, and how a thread finds its own without a {@code ThreadLocal}.
 * Wait-free; {@link #enter} is the calling thread's about itself.
 */
final class Directory {
  /*
   *   slabs[slab]      the slabs that can be owned
   *   entries[number]  the slab of an owner, or of another one, or NONE
   *
   * An owner is known by its id: that of a platform thread, above 0, or the number of the native
   * thread that carries virtual ones, below 0. An id has two entries, and its owner's slab is in one
   * of them; almost always in the first.
   *
   * Entries race, soundly: a thread uses a slab only if its own id stands in it, wherever it found
   * it. Plain, not opaque: that would cost malloc 3 ns, since C2 would then load all fields anew.
   *
   * A virtual thread is on one carrier from the call of ownersId() until it blocks or yields, and
   * between that call and the last use of the slab nothing does (ADR 20).
   *
   * Two threads with the same entry: Owners gives the second another one while the first lives. If
   * both come at the same time, one of them may not find its slab again, and does without one.
   */

  private static final int MASK = 4096 - 1;

  private final OwnedSlab[] entries = new OwnedSlab[MASK + 1];
  private final OwnedSlab[] slabs = new OwnedSlab[RegionLayout.SLABS];

  private final @Nullable Commitment commitment;

  /** Creates the directory of a heap all of whose region is accessible. */
  Directory(StashLayout layout, int firstOwned) {
    this(layout, firstOwned, null);
  }

  /**
   * Creates the directory of a heap in which the slabs from {@code firstOwned} on are owned.
   *
   * @param commitment what of its region is accessible; null if all of it is
   */
  Directory(StashLayout layout, int firstOwned, @Nullable Commitment commitment) {
    this.commitment = commitment;
    Arrays.fill(entries, OwnedSlab.NONE);
    Arrays.fill(slabs, OwnedSlab.NONE);
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      slabs[slab] =
          slab == firstOwned ? OwnedSlab.of(slab, layout) : slabs[firstOwned].alike(slab, layout);
    }
  }

  /** Returns a slab, or {@link OwnedSlab#NONE} if it cannot be owned. */
  OwnedSlab slab(int slab) {
    return slabs[slab];
  }

  /** Returns the calling thread, or its carrier where that is visible. */
  static Thread currentThread() {
    return Carriers.ARE_VISIBLE ? Carriers.current() : Thread.currentThread();
  }

  /**
   * Returns the id by which the calling thread or its carrier owns a slab; of nobody if none can.
   */
  static long ownersId() {
    Thread thread = currentThread();
    // Before the look at its kind, after which C2 has two names for the thread and loads it twice.
    long id = thread.threadId();
    return thread.isVirtual() ? carriersId() : id;
  }

  private static long carriersId() {
    return NativeThread.isReady() ? NativeThread.number() : NativeThread.NO_NUMBER;
  }

  /** Returns a slab, that of the owner with an id if it is in its first entry; then it says so. */
  OwnedSlab inFirstEntry(long id) {
    return entries[firstEntry(id)];
  }

  /**
   * Returns the slab that the calling thread owns, or its carrier; {@link OwnedSlab#NONE} if
   * neither does. Not for the fast paths: where two branches meet C2 hoists nothing out of a loop.
   */
  OwnedSlab own() {
    long id = ownersId();
    OwnedSlab found = entries[firstEntry(id)];
    if (found.ownerId != id) {
      found = entries[secondEntry(id)];
    }
    return found.ownerId == id ? found : OwnedSlab.NONE;
  }

  /** Returns the entry where an owner is looked for first. */
  static int firstEntry(long id) {
    return (int) id & MASK;
  }

  /** Returns the other one; ids with the same first entry have different ones, up to 2^24. */
  static int secondEntry(long id) {
    return (int) (id ^ (id >>> 12) ^ ((MASK + 1) / 2)) & MASK;
  }

  /** Returns the slab in an entry. */
  OwnedSlab at(int entry) {
    return entries[entry];
  }

  /** Makes sure that a slab can be owned: that its stash is accessible. */
  boolean prepare(int slab) {
    return commitment == null || commitment.commitStash(slab);
  }

  /** Tells whether the stash of a slab is accessible. */
  boolean hasStash(int slab) {
    return commitment == null || commitment.hasStash(slab);
  }

  /** Makes the owner with an id, which the calling thread is, find its slab in an entry of its. */
  void enter(long id, int entry, int slab) {
    slabs[slab].ownerId = id;
    entries[entry] = slabs[slab];
  }

  /** Makes the owner with an id, which the calling thread is, find its slab where it found it. */
  void resume(long id, int slab) {
    slabs[slab].ownerId = id;
  }

  /** Makes the owner of a slab, which another thread is, not find it any more. */
  void revoke(int slab) {
    slabs[slab].revoke();
  }

  /** Makes the owner of a slab, which the calling thread is, not find it any more. */
  void leave(int slab) {
    slabs[slab].ownerId = OwnedSlab.NOBODY;
  }

  /** Makes all threads forget their slabs. */
  void forgetThreads() {
    for (OwnedSlab slab : slabs) {
      slab.ownerId = OwnedSlab.NOBODY;
    }
  }
}
