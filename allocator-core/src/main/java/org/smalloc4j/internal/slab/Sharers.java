package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The threads that looked for a slab, found none and go on over the shared words; and how often one
 * found none. Lock-free.
 *
 * <p>Law: {@code count() <= refusals()}, if {@code count()} is asked first.
 */
final class Sharers {
  /*
   * Idea: a table of who was refused. It tells a thread that it has been, so that it does not look
   * at every slab in every call, and it is what reports count. A thread that is there writes nothing
   * until it looks again.
   *
   *   entries[number]   who was refused and has found no slab since, or was before it died
   *
   * An id has two entries, as in the Directory. A thread that finds both taken by others that live
   * is not counted, and looks again as seldom as those who are.
   */

  /** More than twice the threads that a machine of today runs at once. */
  private static final int MASK = 1024 - 1;

  private final AtomicReferenceArray<@Nullable Owner> entries =
      new AtomicReferenceArray<>(MASK + 1);

  private final AtomicLong refusals = new AtomicLong();

  /** Returns the calling thread's entry, or null; {@code id} is its own, or its carrier's. */
  @Nullable Owner find(long id) {
    // Acquire, here and below: pairs with the CAS of tryPut. Of another thread's entry only final
    // fields are read, so nothing breaks if weaker; its own a thread has written itself.
    Owner found = entries.getAcquire(first(id));
    if (found == null || found.id() != id) {
      found = entries.getAcquire(second(id));
    }
    return found != null && found.id() == id ? found : null;
  }

  /** Tells whether a thread that is not here could be. */
  boolean hasRoom(long id) {
    return isFree(entries.getAcquire(first(id))) || isFree(entries.getAcquire(second(id)));
  }

  private static boolean isFree(@Nullable Owner entry) {
    return entry == null || entry.isDead();
  }

  /** Counts a refusal of the calling thread, which may be here already. */
  void add(Owner refused) {
    refusals.incrementAndGet(); // before it is here, for the law
    if (find(refused.id()) == null && !tryPut(first(refused.id()), refused)) {
      tryPut(second(refused.id()), refused);
    }
  }

  private boolean tryPut(int entry, Owner refused) {
    Owner before = entries.getAcquire(entry);
    // Volatile CAS: pairs with itself. If stored, one of two that come to an entry is not counted.
    return isFree(before) && entries.compareAndSet(entry, before, refused);
  }

  /** Takes the calling thread out, which owns a slab now. */
  void remove(Owner acquirer) {
    if (!entries.compareAndSet(first(acquirer.id()), acquirer, null)) {
      entries.compareAndSet(second(acquirer.id()), acquirer, null);
    }
  }

  /** Counts those that live. */
  int count() {
    int count = 0;
    for (int i = 0; i <= MASK; i++) {
      if (!isFree(entries.getAcquire(i))) {
        count++;
      }
    }
    return count;
  }

  /** Returns how often a thread looked for a slab and found none. */
  long refusals() {
    return refusals.get();
  }

  private static int first(long id) {
    return (int) id & MASK;
  }

  private static int second(long id) {
    return (int) (id ^ (id >>> 10) ^ ((MASK + 1) / 2)) & MASK;
  }
}
