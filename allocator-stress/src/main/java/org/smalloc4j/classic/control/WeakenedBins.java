package org.smalloc4j.classic.control;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Caches of numbered slots on the Java heap, with calls that have something left out each. */
final class WeakenedBins {
  private static final int SPINS = 30;
  private static final int SLOTS_IN_A_PAGE = 8;

  /** A cache with one bin: a list of free slots, and fresh ones. */
  static final class Cache {
    private final int[] links = new int[SLOTS_IN_A_PAGE + 1];
    private volatile int head;
    private int fresh;
    private volatile int @Nullable [] bins;

    /** Links slots, so that 1 is the first of {@code free}. */
    Cache(int free) {
      for (int slot = 1; slot < free; slot++) {
        links[slot] = slot + 1;
      }
      head = free == 0 ? 0 : 1;
      fresh = free;
    }

    /** Takes a slot as it should be, but for the lock. */
    String takeUnlocked() {
      int slot = head;
      int link = links[slot];
      window();
      head = link;
      return tell(slot);
    }

    /** Takes a slot under the lock. */
    synchronized String take() {
      int slot = head;
      if (slot == 0) {
        fresh++;
        return tell(fresh);
      }
      head = links[slot];
      return tell(slot);
    }

    /** Puts a slot under the lock. */
    synchronized void put(int slot) {
      links[slot] = head;
      head = slot;
    }
  }

  private final AtomicReference<@Nullable Cache> place = new AtomicReference<>();
  private int pages;

  static void window() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  static String tell(int slot) {
    return slot == 0 ? "none" : "?ABCDEFGH".substring(slot, slot + 1);
  }

  /** A first use that stores the new cache. */
  String takeFromCacheMadeByStore() {
    Cache cache = place.get();
    if (cache == null) {
      cache = new Cache(0);
      window();
      place.set(cache);
      countPage();
    }
    return cache.take();
  }

  /** A first use that makes the cache's bins when others can see it already. */
  String takeFromCacheShownEarly() {
    Cache made = new Cache(0);
    if (place.compareAndSet(null, made)) {
      countPage();
      window();
      made.bins = new int[1];
    }
    Cache cache = place.get();
    return cache == null || cache.bins == null ? "not whole" : cache.take();
  }

  private synchronized void countPage() {
    pages++;
  }

  /** Tells how many OS pages the caches have taken. */
  synchronized String tellPages() {
    return pages == 1 ? "1 page" : pages + " pages";
  }
}
