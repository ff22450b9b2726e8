package org.smalloc4j.arena;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The arenas of threads by thread id. Changed by one thread at a time, and read by any meanwhile: a
 * change replaces a chain as a whole, or makes a new table where this one is full.
 */
final class ThreadTable {
  /** Without arenas, for ever. */
  static final ThreadTable EMPTY = new ThreadTable();

  private static final int FIRST_PLACES = 16;

  /** Chains of entries, by the low bits of the id; a power of two of them. */
  private final @Nullable Entry[] places;

  private int count;

  /** A thread's arena, and the next one in the chain. Ids are never used again. */
  record Entry(long id, WeakReference<Thread> thread, BumpArena arena, @Nullable Entry next) {

    /** Tells whether the thread will never use its arena again. */
    boolean isDead() {
      Thread alive = thread.get();
      return alive == null || !alive.isAlive();
    }
  }

  ThreadTable() {
    this(FIRST_PLACES);
  }

  private ThreadTable(int places) {
    this.places = new @Nullable Entry[places];
  }

  int places() {
    return places.length;
  }

  /** Returns the first entry of a chain. */
  @Nullable Entry at(int place) {
    return places[place];
  }

  int count() {
    return count;
  }

  /**
   * Returns the entry of a thread, of the calling one for sure: only that adds it, and nobody
   * removes it as long as it lives. Plain loads: entries of others may be out of date, and are not
   * asked for.
   */
  @Nullable Entry find(long id) {
    Entry entry = places[place(id)];
    while (entry != null && entry.id != id) {
      entry = entry.next;
    }
    return entry;
  }

  /** Tells whether an arena is here. */
  boolean has(Entry entry) {
    Entry here = find(entry.id);
    return here != null && here.arena == entry.arena;
  }

  /** Puts a thread's arena in place of the one it had, and returns the table that has it. */
  ThreadTable with(Thread thread, BumpArena arena) {
    long id = thread.threadId();
    WeakReference<Thread> weakly = new WeakReference<>(thread);
    boolean replaces = find(id) != null;
    ThreadTable table = count < places.length || replaces ? this : twice();
    int place = table.place(id);
    Entry chain = replaces ? chainWithout(table.places[place], id) : table.places[place];
    table.places[place] = new Entry(id, weakly, arena, chain);
    table.count += replaces ? 0 : 1;
    return table;
  }

  /** Removes a thread's arena, and returns the table without it. */
  ThreadTable without(Entry entry) {
    int place = place(entry.id);
    places[place] = chainWithout(places[place], entry.id);
    count--;
    return this;
  }

  private ThreadTable twice() {
    ThreadTable twice = new ThreadTable(2 * places.length);
    for (Entry chain : places) {
      for (Entry entry = chain; entry != null; entry = entry.next) {
        int place = twice.place(entry.id);
        twice.places[place] = new Entry(entry.id, entry.thread, entry.arena, twice.places[place]);
      }
    }
    twice.count = count;
    return twice;
  }

  private static @Nullable Entry chainWithout(@Nullable Entry chain, long id) {
    if (chain == null || chain.id == id) {
      return chain == null ? null : chain.next;
    }
    return new Entry(chain.id, chain.thread, chain.arena, chainWithout(chain.next, id));
  }

  private int place(long id) {
    return (int) id & (places.length - 1);
  }
}
