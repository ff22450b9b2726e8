package org.smalloc4j.pool;

import org.jspecify.annotations.Nullable;

/**
 * The objects of a pool by identity, and the block of each. Found without a lock, added under one,
 * never removed.
 */
final class ObjectTable {
  private static final int FIRST_PLACES = 16;

  /** Open addressing by identity hash; a power of two of places, at least half of them empty. */
  private volatile @Nullable Entry[] places = new @Nullable Entry[FIRST_PLACES];

  private int count;

  /** An object and its block. */
  record Entry(Object object, Chunk chunk, int index) {}

  /** Returns the entry of an object. */
  @Nullable Entry find(Object object) {
    return in(places, object);
  }

  @SuppressWarnings("ReferenceEquality") // objects are told apart by identity
  private static @Nullable Entry in(@Nullable Entry[] places, Object object) {
    int place = place(places, object);
    while (true) {
      // Plain: an entry that is seen late is not that of an object handed to this thread, and one
      // that is seen is whole, since its fields are final.
      Entry entry = places[place];
      if (entry == null || entry.object() == object) {
        return entry;
      }
      place = (place + 1) & (places.length - 1);
    }
  }

  /**
   * Adds an entry.
   *
   * @throws IllegalStateException if its object has one
   */
  synchronized void add(Entry entry) {
    if (find(entry.object()) != null) {
      throw new IllegalStateException(
          "the view returned an object of "
              + entry.object().getClass()
              + " that it had returned before; expected a new one for each block");
    }
    @Nullable Entry[] all = places;
    if (2 * (count + 1) > all.length) {
      all = twice(all);
    }
    put(all, entry);
    count++;
    places = all;
  }

  private static @Nullable Entry[] twice(@Nullable Entry[] places) {
    @Nullable Entry[] twice = new @Nullable Entry[2 * places.length];
    for (Entry entry : places) {
      if (entry != null) {
        put(twice, entry);
      }
    }
    return twice;
  }

  private static void put(@Nullable Entry[] places, Entry entry) {
    int place = place(places, entry.object());
    while (places[place] != null) {
      place = (place + 1) & (places.length - 1);
    }
    places[place] = entry;
  }

  private static int place(@Nullable Entry[] places, Object object) {
    return System.identityHashCode(object) & (places.length - 1);
  }
}
