package org.smalloc4j.internal.slab;

/**
 * Who owns the slabs of a heap, and who found none. Each figure is of an instant of its own.
 *
 * @param ownable slabs that can be owned
 * @param owned those that live threads or carriers own
 * @param sharers live threads and carriers that found none, and have not got one since; {@code
 *     refusals} at the most
 * @param refusals how often one found none
 * @param takesIdle whether slabs of idle threads can be taken
 * @param taken how often one was
 */
public record Ownership(
    int ownable, int owned, int sharers, long refusals, boolean takesIdle, long taken) {

  /** Counts a heap's: a walk over its slabs and a table of a fixed size. */
  public static Ownership of(OwnedHeap heap) {
    Owners owners = heap.owners();
    int sharers = owners.sharers().count(); // before the refusals: see the law there
    return new Ownership(
        owners.ownable(),
        owners.countOwned(),
        sharers,
        owners.sharers().refusals(),
        owners.ownable() > 0 && IdleStack.isTrusted(),
        owners.revocation().taken());
  }
}
