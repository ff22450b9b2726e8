package org.smalloc4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is open on an allocator and would be left with unmapped memory if that were closed: arenas,
 * pools, tables of function pointers. For those who implement {@link Allocator}. Thread-safe,
 * blocking.
 *
 * <p>Law: what {@link #add} took and {@link #remove} did not get back is open, and while anything
 * is, {@link #checkNone} throws.
 */
public final class Dependants {
  private final IdentityHashMap<AutoCloseable, Long> open = new IdentityHashMap<>();
  private long added;

  /** Creates an empty set. */
  public Dependants() {}

  /**
   * Adds something that was opened on the allocator. Needs Java heap, so it comes before anything
   * is taken from the allocator.
   *
   * @param dependant what {@link #closeAll} will close; told apart by identity
   */
  public synchronized void add(AutoCloseable dependant) {
    open.put(dependant, added);
    added++;
  }

  /**
   * Removes something that has been closed; does nothing if it is not here.
   *
   * @param dependant what was added
   */
  public synchronized void remove(AutoCloseable dependant) {
    open.remove(dependant);
  }

  /**
   * Returns how many are open.
   *
   * @return their number
   */
  public synchronized long count() {
    return open.size();
  }

  /**
   * Refuses to go on while anything is open.
   *
   * @param allocator how the message names the allocator
   * @throws IllegalStateException if something is open; the message says how many and names one
   */
  public synchronized void checkNone(String allocator) {
    if (!open.isEmpty()) {
      throw new IllegalStateException(
          allocator
              + " cannot be closed: "
              + open.size()
              + " of its arenas, pools or pointer tables are open, one of them "
              + open.keySet().iterator().next()
              + "; close these first, or call closeNow() on a Smalloc");
    }
  }

  /**
   * Closes all that is open, the newest first.
   *
   * @throws IllegalStateException if one of them could not be closed, with the reason as its cause;
   *     the others have been
   */
  public void closeAll() {
    IllegalStateException refused = null;
    for (AutoCloseable dependant : newestFirst()) {
      try {
        dependant.close();
        remove(dependant);
      } catch (Exception e) {
        if (refused == null) {
          refused = new IllegalStateException(dependant + " could not be closed", e);
        } else {
          refused.addSuppressed(e);
        }
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  private synchronized List<AutoCloseable> newestFirst() {
    List<Map.Entry<AutoCloseable, Long>> entries = new ArrayList<>();
    open.forEach((dependant, number) -> entries.add(Map.entry(dependant, number)));
    entries.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    return entries.stream().map(Map.Entry::getKey).toList();
  }
}
