package org.smalloc4j.pool;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of blocks, and what is known of each, on the Java heap: 4 bytes a block, and a
 * reference where blocks have objects.
 *
 * <p>Invariant: {@code links[i]} is {@link #LIVE} from the pop of block i to its push; from its
 * push to its pop it is the code of the block below it on the list, or {@link #END}.
 */
final class Chunk {
  /** The link of the lowest free block, and the top of an empty list. */
  static final int END = -1;

  /** The link of a live block: no code, and not {@link #END}. */
  static final int LIVE = -2;

  private static final Object[] NO_OBJECTS = {};
  private static final VarHandle RETURNED;

  static {
    try {
      RETURNED = MethodHandles.lookup().findVarHandle(Chunk.class, "returned", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int[] links;

  /** The object of each block that had one made, or nothing at all. */
  final @Nullable Object[] objects;

  /** The memory, {@link MemorySegment#NULL} until it has some; set before the chunk is shared. */
  MemorySegment memory = MemorySegment.NULL;

  /** Address of the first block; set before the chunk is shared. */
  long base;

  /** Code of the first block; set before the chunk is shared. */
  int firstCode;

  @SuppressWarnings("UnusedVariable") // through RETURNED
  private boolean returned;

  /** Creates a chunk without memory. */
  Chunk(int blocks, boolean withObjects) {
    links = new int[blocks];
    objects = withObjects ? new @Nullable Object[blocks] : NO_OBJECTS;
  }

  /** Gives the chunk its memory. */
  void setMemory(MemorySegment memory) {
    this.memory = memory;
    base = memory.address();
  }

  /** Gives the first block its code, makes it live, and links the others into a list. */
  void setFirstCode(int firstCode) {
    this.firstCode = firstCode;
    int last = links.length - 1;
    for (int i = 1; i < last; i++) {
      links[i] = firstCode + i + 1;
    }
    links[last] = END;
    links[0] = LIVE;
  }

  /** Tells whether the caller is the first to ask: the one who gives the memory back. */
  boolean claimReturn() {
    // Both halves are needed of nothing but this word: it says who, and guards no other memory.
    return RETURNED.compareAndSet(this, false, true);
  }

  /** Takes a claim back: the memory could not be given back, and the next may try. */
  void disclaimReturn() {
    RETURNED.setRelease(this, false);
  }
}
