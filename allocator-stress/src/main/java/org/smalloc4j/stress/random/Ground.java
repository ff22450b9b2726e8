package org.smalloc4j.stress.random;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;
import org.smalloc4j.c.NativeFunctions;
import org.smalloc4j.observe.ForwardingAllocator;

/** What virtual threads share: a heap, C functions over it, rings of blocks, monitors. */
final class Ground implements AutoCloseable {
  private static final int SEATS = 64;
  private static final int MONITORS = 8;

  private final Smalloc heap;
  private final Allocator blocks;
  private final NativeFunctions functions;
  private final MethodHandle malloc;
  private final MethodHandle free;
  private final Rings rings = new Rings(SEATS);
  private final Object[] monitors = new Object[MONITORS];

  /** A user's allocator, which blocks. */
  private static final class BlockingAllocator extends ForwardingAllocator {
    BlockingAllocator(Smalloc heap) {
      super(heap);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // that is what is tested
    public long tryMalloc(long byteSize, long byteAlignment) {
      Thread.yield();
      long block = super.tryMalloc(byteSize, byteAlignment);
      LockSupport.parkNanos(1);
      return block;
    }

    @Override
    public void free(long address) {
      LockSupport.parkNanos(1);
      super.free(address);
    }
  }

  /**
   * @param blocks where the threads themselves take blocks: the heap, or what a control has made of
   *     it
   */
  @SuppressWarnings("restricted")
  Ground(Smalloc heap, Allocator blocks) {
    this.heap = heap;
    this.blocks = blocks;
    this.functions = NativeFunctions.of(new BlockingAllocator(heap));
    Linker linker = Linker.nativeLinker();
    this.malloc =
        linker.downcallHandle(functions.malloc(), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    this.free = linker.downcallHandle(functions.free(), FunctionDescriptor.ofVoid(ADDRESS));
    for (int i = 0; i < MONITORS; i++) {
      monitors[i] = new Object();
    }
  }

  Smalloc heap() {
    return heap;
  }

  Allocator blocks() {
    return blocks;
  }

  Rings rings() {
    return rings;
  }

  /** Returns one of few monitors. */
  Object monitor(int dice) {
    return monitors[Math.floorMod(dice, MONITORS)];
  }

  /** Returns a ring that is read by whoever draws it. */
  static int seat(int dice) {
    return Math.floorMod(dice, SEATS);
  }

  /** Allocates by a call of C's malloc; 0 if nothing is left. */
  long mallocByC(long byteSize) {
    try {
      return ((MemorySegment) malloc.invokeExact(byteSize)).address();
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  /** Frees by a call of C's free. */
  void freeByC(long block) {
    try {
      free.invokeExact(MemorySegment.ofAddress(block));
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  @Override
  public void close() {
    if (functions.failures() != 0) {
      throw new AssertionError(functions.failures() + " calls by C failed");
    }
    functions.close();
    heap.close();
  }
}
