package org.smalloc4j.arena;

import org.smalloc4j.Allocator;

/**
 * A {@link BumpArena} for each thread that asks for one.
 *
 * <p><b>Lifetime.</b> A thread's arena is its own until the thread has died, or a thread that is
 * not running any more was collected as garbage; the next call of any thread then gives its blocks
 * back. {@link #current} looks at the arenas of 64 other threads, and on for as long as it finds
 * dead ones; {@link #count} looks at all. Only a weak reference is kept to a thread, so neither it
 * nor its class loaders stay reachable. An arena that its user closes is replaced at his next call.
 *
 * <p><b>Threads.</b> Any thread, platform or virtual, may call any method; what {@link #current}
 * returns is for the calling thread alone. A thread that has an arena finds it without a lock; a
 * thread's first call, and one that finds a dead thread, wait for others that do the same.
 */
public final class ThreadArenas implements AutoCloseable {
  /** Places of the table that a call looks at for dead threads. */
  private static final int LOOKS = 64;

  private final Allocator allocator;

  /** Volatile: who finds a table finds its entries; replaced under the lock on this object. */
  private volatile ThreadTable table = new ThreadTable();

  /** Where the next call looks for dead threads; racy, since any place is as good. */
  private int nextLook;

  private boolean closed;

  private ThreadArenas(Allocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Opens a set of arenas, with blocks of 64 KiB to 4 MiB.
   *
   * @param allocator where blocks come from; it cannot be closed before these arenas
   * @return a set without arenas
   * @throws IllegalStateException if the allocator is closed
   */
  public static ThreadArenas over(Allocator allocator) {
    ThreadArenas arenas = new ThreadArenas(allocator);
    allocator.attach(arenas);
    return arenas;
  }

  /**
   * Returns the calling thread's arena, the same until it is closed.
   *
   * @return an arena for the calling thread alone
   * @throws IllegalStateException if this set is closed
   */
  public BumpArena current() {
    ThreadTable seen = table;
    buryDead(seen, LOOKS);
    ThreadTable.Entry own = seen.find(Thread.currentThread().threadId());
    return own != null && !own.arena().isClosed() ? own.arena() : open();
  }

  private synchronized BumpArena open() {
    checkOpen();
    BumpArena arena = BumpArena.unattached(allocator);
    table = table.with(Thread.currentThread(), arena);
    return arena;
  }

  /**
   * Returns how many arenas there are, those of dead threads given back.
   *
   * @return number of arenas of threads that live
   * @throws IllegalStateException if this set is closed
   */
  public int count() {
    ThreadTable seen = table;
    buryDead(seen, seen.places());
    synchronized (this) {
      checkOpen();
      return table.count();
    }
  }

  /**
   * Closes all arenas, those of live threads too: none of them may be inside a call of its arena,
   * or use its memory, meanwhile or afterwards. Idempotent; every other call throws {@link
   * IllegalStateException} from then on.
   *
   * @throws IllegalStateException if the allocator refuses a block, which its user must have freed;
   *     all others have been given back
   */
  @Override
  public synchronized void close() {
    closed = true;
    RuntimeException refused = null;
    ThreadTable all = table;
    for (int place = 0; place < all.places(); place++) {
      for (ThreadTable.Entry entry = all.at(place); entry != null; entry = entry.next()) {
        try {
          entry.arena().close();
        } catch (RuntimeException e) {
          refused = e;
        }
      }
    }
    table = ThreadTable.EMPTY;
    allocator.detach(this);
    if (refused != null) {
      throw refused;
    }
  }

  /** Looks at so many places for threads that are dead, and on while it finds some. */
  private void buryDead(ThreadTable seen, int looks) {
    int places = seen.places();
    boolean looksAtAll = places <= looks;
    int place = looksAtAll ? 0 : nextLook;
    int left = Math.min(looks, places);
    for (int looked = 0; left > 0 && looked < places; looked++, left--) {
      place = (place + 1) & (places - 1);
      for (ThreadTable.Entry entry = seen.at(place); entry != null; entry = entry.next()) {
        if (entry.isDead()) {
          bury(entry);
          left = LOOKS;
        }
      }
    }
    if (!looksAtAll) { // a small table is looked at by all, who then write no word that all share
      nextLook = place;
    }
  }

  /** Closes the arena of a dead thread, unless another thread did. */
  private synchronized void bury(ThreadTable.Entry dead) {
    if (!closed && table.has(dead)) {
      // Thread.isAlive() == false happens after all that the thread did.
      dead.arena().close();
      table = table.without(dead);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("these ThreadArenas are closed");
    }
  }
}
