package org.smalloc4j;

/**
 * Calls of the longer fast ways, which C2 compiles apart from their callers.
 *
 * <p>Each off-heap access is some 600 nodes to C2, and it inlines nothing more into a method once
 * that has 18,000. With {@code calloc} and {@code realloc} inlined, {@code malloc} and {@code free}
 * no longer fit into a loop that calls all four, and are cut in the middle (ADR 14). It inlines no
 * method of an exception class into one of another class.
 */
@SuppressWarnings("serial") // there is no object of it
final class Apart extends Throwable {
  private Apart() {}

  /** Has the class loaded, which takes Java heap, before a call needs it. */
  static void load() {}

  static long calloc(Smalloc heap, long byteSize, long byteAlignment) {
    return heap.callocApart(byteSize, byteAlignment);
  }

  static long realloc(Smalloc heap, long address, long byteSize, long byteAlignment) {
    return heap.reallocApart(address, byteSize, byteAlignment);
  }
}
