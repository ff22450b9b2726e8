package org.smalloc4j.internal.slab;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Function;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/**
 * Places in small regions that states take turns in.
 *
 * @param <T> what one state has to itself
 */
final class StatePool<T> {
  /*
   * jcstress makes up to a million states a second, and each needs words and slots that no other
   * state can reach. Reserving a region for each would measure mmap, so places are used again.
   *
   * Sound, because both ends of a state's life happen once, and jcstress orders them:
   *
   *   constructor   takes a place and sets up its words; both actors come later, by jcstress's
   *                 barrier
   *   arbiter       comes after both actors, by the same barrier; its last act gives the place back
   *
   * Nothing of a state runs after its arbiter, so the next taker has the place alone, and the lock
   * here makes its life happen after all of the previous one. A state without an arbiter's end keeps
   * its place for ever. The pool grows to the number of states alive at once (stride size times
   * stride count); the place given back last is taken first, so the words are in cache.
   */

  private static final VirtualMemory OS = VirtualMemory.of(System.getProperty("os.name"));

  private final Function<Region, Collection<T>> placesOf;
  private final Deque<T> free = new ArrayDeque<>();

  /** Creates a pool of the places that {@code placesOf} finds in a fresh smallest region. */
  StatePool(Function<Region, Collection<T>> placesOf) {
    this.placesOf = placesOf;
  }

  /** Takes a place. */
  synchronized T take() {
    if (free.isEmpty()) {
      free.addAll(placesOf.apply(smallestRegion()));
    }
    return free.pop();
  }

  /** Gives a place back. */
  synchronized void giveBack(T place) {
    free.push(place);
  }

  private static Region smallestRegion() {
    try {
      return Region.reserve(OS, RegionLayout.SMALLEST_REGION_BITS);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }
}
