package org.smalloc4j.classic;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A number for each OS page of the address space, 0 at first. Lock-free for any threads. */
final class OsPageMap {
  /*
   * Idea: a page map, a radix tree of three levels.
   *
   *   address = 0 | root:12 | node:12 | leaf:12 | in the OS page:12     (OS pages of 4 KiB)
   *
   * A leaf has the numbers of 4,096 OS pages, 16 MiB of addresses, in 32 KiB of Java heap. Nodes and
   * leaves are made when the first number is put there, and stay. A look-up is three loads.
   *
   * Invariant: what was not put is 0.
   *
   * Source: the page map of TCMalloc (Ghemawat and Menage, 2007).
   */

  /** What {@link #floor} answers where there is none. */
  static final long NONE = -1;

  private static final int LEVEL_BITS = 12;
  private static final int WIDTH = 1 << LEVEL_BITS;

  /** OS pages that it has room for: 2^48 bytes of addresses; no system maps beyond them unasked. */
  private static final long OS_PAGES = 1L << (3 * LEVEL_BITS);

  private final AtomicReferenceArray<@Nullable Node> root = new AtomicReferenceArray<>(WIDTH);
  private final int osPageShift;

  /** Creates a map that is 0 everywhere. */
  OsPageMap(long osPageBytes) {
    osPageShift = Long.numberOfTrailingZeros(osPageBytes);
  }

  /** 4,096 leaves. */
  private static final class Node {
    final AtomicReferenceArray<@Nullable AtomicLongArray> leaves =
        new AtomicReferenceArray<>(WIDTH);
  }

  /** What a {@link #put} may need wherever its address is; made before the address is known. */
  static final class Spare {
    private final Node node = new Node();
    private final AtomicLongArray leaf = new AtomicLongArray(WIDTH);
  }

  /** Receives what {@link #forEach} finds. */
  interface Visitor {
    /** Sees a number that is not 0, and where the OS page begins. */
    void at(long address, long number);
  }

  /** Returns the number of the OS page that {@code address} is in; 0 for any stray value. */
  long get(long address) {
    AtomicLongArray leaf = leaf(address);
    // Volatile: pairs with put and replace. Who was handed a block has an edge from its put anyway.
    return leaf == null ? 0 : leaf.get(index(address));
  }

  /** Makes what a {@link #put} at this address needs, so that it needs no Java heap. */
  void prepare(long address) {
    if (leaf(address) == null) {
      connect(address, new Spare());
    }
  }

  /** Sets a number. */
  void put(long address, long number) {
    AtomicLongArray leaf = leaf(address);
    // Volatile: pairs with get. Weaker: a stray address could be judged by an older number.
    (leaf != null ? leaf : connect(address, new Spare())).set(index(address), number);
  }

  /** Sets a number, without need of Java heap. */
  void put(long address, long number, Spare spare) {
    AtomicLongArray leaf = leaf(address);
    (leaf != null ? leaf : connect(address, spare)).set(index(address), number);
  }

  /** Sets a number if it is the expected one, which is not 0. */
  boolean replace(long address, long expected, long number) {
    AtomicLongArray leaf = leaf(address);
    // Volatile CAS: of two threads that free one block, one wins. No CAS: both unmap it, the second
    // what may be another's by then.
    return leaf != null && leaf.compareAndSet(index(address), expected, number);
  }

  /**
   * Returns the nearest OS page at or below {@code address}, and not below {@code lowest}, whose
   * number is not 0; {@link #NONE} if there is none. Takes time in proportion to the distance.
   */
  long floor(long address, long lowest) {
    long osPage = address >>> osPageShift;
    long last = lowest >>> osPageShift;
    while (osPage >= last && osPage < OS_PAGES) {
      AtomicLongArray leaf = leaf(osPage << osPageShift);
      if (leaf == null) {
        osPage = (osPage & -WIDTH) - 1;
      } else if (leaf.get((int) osPage & (WIDTH - 1)) != 0) {
        return osPage << osPageShift;
      } else {
        osPage--;
      }
    }
    return NONE;
  }

  /** Shows all numbers that are not 0 in the order of addresses, each at an instant of its own. */
  void forEach(Visitor visitor) {
    for (int i = 0; i < WIDTH; i++) {
      Node node = root.get(i);
      for (int j = 0; node != null && j < WIDTH; j++) {
        AtomicLongArray leaf = node.leaves.get(j);
        if (leaf != null) {
          forEach(leaf, ((long) i << LEVEL_BITS | j) << LEVEL_BITS, visitor);
        }
      }
    }
  }

  private void forEach(AtomicLongArray leaf, long firstOsPage, Visitor visitor) {
    for (int i = 0; i < WIDTH; i++) {
      long number = leaf.get(i);
      if (number != 0) {
        visitor.at((firstOsPage + i) << osPageShift, number);
      }
    }
  }

  private int index(long address) {
    return (int) (address >>> osPageShift) & (WIDTH - 1);
  }

  private @Nullable AtomicLongArray leaf(long address) {
    long osPage = address >>> osPageShift;
    if (osPage >= OS_PAGES) {
      return null;
    }
    // Volatile: pairs with connect. Weaker: a leaf could be seen before its zeros.
    Node node = root.get((int) (osPage >>> (2 * LEVEL_BITS)));
    return node == null ? null : node.leaves.get((int) (osPage >>> LEVEL_BITS) & (WIDTH - 1));
  }

  private AtomicLongArray connect(long address, Spare spare) {
    long osPage = address >>> osPageShift;
    int inRoot = (int) (osPage >>> (2 * LEVEL_BITS));
    int inNode = (int) (osPage >>> LEVEL_BITS) & (WIDTH - 1);
    // Volatile CAS, twice. No CAS: two threads connect one each, and numbers of one are lost.
    Node other = root.compareAndExchange(inRoot, null, spare.node);
    Node node = other != null ? other : spare.node;
    AtomicLongArray leaf = node.leaves.compareAndExchange(inNode, null, spare.leaf);
    return leaf != null ? leaf : spare.leaf;
  }
}
