package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A bounded number of caches, each made when the first thread comes that uses it. */
final class BinCaches {
  /*
   * Idea: a thread's number modulo the number of caches is its cache, all its life. The JVM numbers
   * threads in the order in which they are made, so threads made in a row meet in a cache only when
   * they are more than caches. (rsbmalloc hashes the address of a thread's control block, and makes
   * all caches at the first allocation.)
   */

  private final AtomicReferenceArray<@Nullable BinCache> caches;
  private final BinPages[] pages;

  BinCaches(int most, BinPages[] pages) {
    caches = new AtomicReferenceArray<>(most);
    this.pages = pages;
  }

  /** Returns the calling thread's cache. */
  BinCache ofCurrentThread() {
    int place = (int) (Thread.currentThread().threadId() % caches.length());
    // Volatile: pairs with the CAS in make. Weaker: a cache could be seen before its bins.
    BinCache cache = caches.get(place);
    return cache != null ? cache : make(place);
  }

  private BinCache make(int place) {
    BinCache made = new BinCache(pages);
    // Volatile CAS: no CAS: two threads have a cache each for one place, and what is freed into one
    // of them is lost.
    BinCache winner = caches.compareAndExchange(place, null, made);
    return winner != null ? winner : made;
  }

  /** Returns those that were made so far. */
  List<BinCache> made() {
    List<BinCache> made = new ArrayList<>();
    for (int place = 0; place < caches.length(); place++) {
      BinCache cache = caches.get(place);
      if (cache != null) {
        made.add(cache);
      }
    }
    return made;
  }

  /**
   * Does something while no slot is taken or put: with all caches locked. Monitor: of two threads
   * that lock several caches each, one waits here and not for a lock of the other.
   *
   * @param look is shown all caches
   */
  synchronized void whileLocked(Look look) {
    List<BinCache> locked = new ArrayList<>(caches.length());
    try {
      // Until no cache is new: one made meanwhile counts if a slot of it was freed into a locked
      // one.
      for (int before = -1; locked.size() > before; ) {
        before = locked.size();
        for (int place = 0; place < caches.length(); place++) {
          BinCache cache = caches.get(place);
          if (cache != null && !cache.lock().isHeldByCurrentThread()) {
            cache.lock().lock();
            locked.add(cache);
          }
        }
      }
      look.at(locked);
    } finally {
      locked.forEach(cache -> cache.lock().unlock());
    }
  }

  /** Receives the caches. */
  interface Look {
    /** Sees the caches, in no order. */
    void at(List<BinCache> locked);
  }
}
