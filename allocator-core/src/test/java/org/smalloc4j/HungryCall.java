package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A call that is made while the Java heap is full, with what has to be there before. */
enum HungryCall {
  ALLOCATE(0, Source.NONE) {
    @Override
    void make(Before before) {
      before.block = before.heap.allocate(100, 8).address();
    }
  },
  ALLOCATE_LARGE(0, Source.NONE) {
    @Override
    void make(Before before) {
      before.block = before.heap.allocate(1 << 20, 8).address();
    }
  },
  REALLOCATE_IN_PLACE(100, Source.OWN) {
    @Override
    void make(Before before) {
      before.block = before.heap.reallocate(before.segment, 120).address();
    }
  },
  REALLOCATE_MOVING(100, Source.OWN) {
    @Override
    void make(Before before) {
      before.block = before.heap.reallocate(before.segment, 300).address();
    }
  },
  REALLOCATE_ANOTHER_THREADS(100, Source.MATE) {
    @Override
    void make(Before before) {
      before.block = before.heap.reallocate(before.segment, 300).address();
    }
  },
  REALLOCATE_LARGE(1 << 20, Source.OWN) {
    @Override
    void make(Before before) {
      before.block = before.heap.reallocate(before.segment, 2L << 20).address();
    }
  },
  ALLOCATE_FROM_CONFINED_ARENA(0, Source.CONFINED) {
    @Override
    void make(Before before) {
      before.allocateFromArena();
    }
  },
  ALLOCATE_FROM_SHARED_ARENA(0, Source.SHARED) {
    @Override
    void make(Before before) {
      before.allocateFromArena();
    }
  },
  OPEN_ARENA(0, Source.NONE) {
    @Override
    void make(Before before) {
      before.arena = before.heap.confinedArena();
    }
  },
  STATS(0, Source.NONE) {
    @Override
    void make(Before before) {
      before.heap.stats();
    }
  },
  MALLOC(0, Source.NONE, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.malloc(100);
    }
  },
  MALLOC_IN_A_NEW_THREAD(0, Source.NEW_THREAD, false) {
    @Override
    void make(Before before) {
      before.block = before.callInThread();
    }
  },
  FREE_IN_A_NEW_THREAD(100, Source.NEW_THREAD, false) {
    @Override
    void make(Before before) {
      before.block = before.callInThread();
    }
  },
  CALLOC(0, Source.NONE, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.calloc(100);
    }
  },
  CALLOC_LARGE(0, Source.NONE, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.calloc(2L << 20);
    }
  },
  REALLOC_IN_PLACE(100, Source.OWN, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.realloc(before.block, 120);
    }
  },
  REALLOC_MOVING(100, Source.OWN, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.realloc(before.block, 300);
    }
  },
  REALLOC_ANOTHER_THREADS(100, Source.MATE, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.realloc(before.block, 10_000);
    }
  },
  REALLOC_LARGE(1 << 20, Source.OWN, false) {
    @Override
    void make(Before before) {
      before.block = before.heap.realloc(before.block, 2L << 20);
    }
  },
  FREE(100, Source.OWN, false) {
    @Override
    void make(Before before) {
      before.free();
    }
  },
  FREE_ANOTHER_THREADS(100, Source.MATE, false) {
    @Override
    void make(Before before) {
      before.free();
    }
  },
  FREE_LARGE(1 << 20, Source.OWN, false) {
    @Override
    void make(Before before) {
      before.free();
    }
  },
  TRIM(0, Source.NONE, false) {
    @Override
    void make(Before before) {
      before.heap.trim();
    }
  },
  CLOSE(0, Source.HEAP, false) {
    @Override
    void make(Before before) {
      before.closeOther();
    }
  };

  /** Where a call's block, arena or heap comes from. */
  enum Source {
    NONE,
    OWN,
    MATE,
    NEW_THREAD,
    CONFINED,
    SHARED,
    HEAP
  }

  /** What a call finds, and what it has done. */
  static final class Before {
    final Smalloc heap;
    final MemorySegment segment;
    long block;
    @Nullable Arena arena;
    @Nullable Smalloc other;
    @Nullable Standby thread;

    Before(Smalloc heap, long block) {
      this.heap = heap;
      this.block = block;
      segment = MemorySegment.ofAddress(block);
    }

    private void allocateFromArena() {
      if (arena != null) {
        arena.allocate(100, 8);
      }
    }

    private void closeOther() {
      if (other != null) {
        other.close();
      }
    }

    private long callInThread() {
      return thread == null ? block : thread.call();
    }

    private void free() {
      heap.free(block);
      block = Allocator.NULL;
    }
  }

  private final long byteSize;
  private final Source source;
  private final boolean needsJavaHeap;

  HungryCall(long byteSize, Source source) {
    this(byteSize, source, true);
  }

  HungryCall(long byteSize, Source source, boolean needsJavaHeap) {
    this.byteSize = byteSize;
    this.source = source;
    this.needsJavaHeap = needsJavaHeap;
  }

  /** Returns the bytes of the block that is there before, 0 if there is none. */
  long byteSize() {
    return byteSize;
  }

  Source source() {
    return source;
  }

  /** Tells whether it may be refused Java heap. */
  boolean needsJavaHeap() {
    return needsJavaHeap;
  }

  /** Makes the call. Changes {@code before} if it has ended. */
  abstract void make(Before before);
}
