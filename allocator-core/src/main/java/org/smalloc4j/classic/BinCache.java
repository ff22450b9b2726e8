package org.smalloc4j.classic;

import org.smalloc4j.internal.os.OsException;

/** A bin for each slot size, behind one lock. For any number of threads, blocking. */
final class BinCache {
  private final SpinLock lock = new SpinLock();
  private final Bin[] bins;

  /** Creates a cache of empty bins, one for each of {@code pages}. */
  BinCache(BinPages[] pages) {
    bins = new Bin[pages.length];
    for (int i = 0; i < bins.length; i++) {
      bins[i] = new Bin(pages[i]);
    }
  }

  /** Takes a slot, as {@link Bin#take}. */
  long take(int bin) throws OsException {
    lock.lock();
    try {
      return bins[bin].take();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a slot, as {@link Bin#put}. */
  void put(int bin, BinPage page, int slot) {
    lock.lock();
    try {
      bins[bin].put(page, slot);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the bins, smallest slots first, for who has the lock. */
  Bin[] bins() {
    return bins.clone();
  }

  SpinLock lock() {
    return lock;
  }
}
