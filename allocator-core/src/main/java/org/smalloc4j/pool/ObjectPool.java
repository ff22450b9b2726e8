package org.smalloc4j.pool;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;

/**
 * Objects that each stand for one block of a pool, made once for a block and reused with it.
 *
 * <p>The object of a block is made when the block is first acquired, by the function given to
 * {@link #of}; from then on it is handed out whenever its block is, the last released first, with
 * the block's contents as its last user left them. So once as many objects have been made as are
 * ever in use at a time, {@link #acquire} and {@link #release} allocate nothing on the Java heap.
 * Chunks, blocks and their alignment are those of {@link BlockPool}.
 *
 * <p><b>Threads.</b> Every method may be called by any thread, platform or virtual. acquire and
 * release are lock-free, one compare-and-swap each, but for the first acquire of each block, which
 * runs the function and enters the object into a table under a lock (the function runs outside it,
 * and may run in several threads at once). What a thread wrote into object and block before the
 * release happens before the next acquire.
 *
 * <p><b>Costs.</b> Beside the object some 50 bytes of Java heap for each block that was ever
 * acquired, and 8 for each that was not. Release finds the block through {@link
 * System#identityHashCode}, whatever the object's own {@code equals} and {@code hashCode} say.
 *
 * @param <T> the type of the objects
 */
public final class ObjectPool<T> implements AutoCloseable {
  private final Blocks blocks;
  private final ObjectTable table = new ObjectTable();
  private final Function<MemorySegment, T> view;

  private ObjectPool(Blocks blocks, Function<MemorySegment, T> view) {
    this.blocks = blocks;
    this.view = view;
  }

  /**
   * Makes a pool that grows as long as the allocator has memory.
   *
   * @param <T> the type of the objects
   * @param allocator where chunks come from; it cannot be closed before this pool
   * @param layout size and alignment of a block, in bytes; 0 bytes count as 1
   * @param blocksPerChunk blocks to take from the allocator at a time, 1 or more
   * @param view makes the object of a block, a new one for each, out of a segment in the global
   *     scope that is exactly as long as the layout says and is uninitialised
   * @return a pool without objects
   * @throws IllegalArgumentException if {@code blocksPerChunk} is not positive or a chunk would be
   *     above 2 GiB
   * @throws IllegalStateException if the allocator is closed
   */
  public static <T> ObjectPool<T> of(
      Allocator allocator,
      MemoryLayout layout,
      int blocksPerChunk,
      Function<MemorySegment, T> view) {
    BlockShape shape = BlockShape.of(layout, blocksPerChunk);
    ObjectPool<T> pool =
        new ObjectPool<>(
            new Blocks(allocator, shape, Long.MAX_VALUE, /* withObjects= */ true), view);
    allocator.attach(pool);
    return pool;
  }

  /**
   * Takes an object: the one released last, or a new one where none is free. A function that throws
   * leaves its block free, and is asked again for the next acquire of that block.
   *
   * @return an object that is the caller's until its {@link #release}
   * @throws OutOfMemoryError if the allocator has no memory for another chunk
   * @throws NullPointerException if the function returns null
   * @throws IllegalStateException if this pool is closed, the function returns an object again, or
   *     an object was released by two threads at once
   */
  public T acquire() {
    int code = blocks.pop(true);
    Chunk chunk = blocks.table.chunks[code >>> blocks.indexBits];
    Object object = chunk.objects[code & blocks.indexMask];
    if (object == null) {
      return first(chunk, code & blocks.indexMask);
    }
    @SuppressWarnings("unchecked") // what first put there
    T made = (T) object;
    return made;
  }

  private T first(Chunk chunk, int index) {
    try {
      BlockShape shape = blocks.shape;
      T made = view.apply(chunk.memory.asSlice(index * shape.stride(), shape.blockBytes()));
      if (made == null) {
        throw new NullPointerException("the view returned null; expected an object for the block");
      }
      table.add(new ObjectTable.Entry(made, chunk, index));
      chunk.objects[index] = made;
      return made;
    } catch (Throwable notMade) {
      blocks.push(chunk, index);
      throw notMade;
    }
  }

  /**
   * Gives an object back, and its block with it.
   *
   * @param object an object of this pool that is in use
   * @throws IllegalArgumentException if {@code object} is not one of this pool's
   * @throws IllegalStateException if it has been released already, or this pool is closed
   */
  public void release(T object) {
    ObjectTable.@Nullable Entry entry = table.find(object);
    if (entry == null) {
      blocks.checkOpen();
      throw new IllegalArgumentException(
          this
              + ": an object of "
              + object.getClass()
              + " is not one of its own; expected what acquire returned");
    }
    blocks.push(entry.chunk(), entry.index());
  }

  /**
   * Counts the objects that are acquired and not released. Takes time in proportion to the blocks
   * held.
   *
   * @return their number; exact if no other thread acquires or releases meanwhile
   * @throws IllegalStateException if this pool is closed
   */
  public long liveObjects() {
    blocks.checkOpen();
    return blocks.live();
  }

  /**
   * Gives the chunks back to the allocator, with all blocks, in use or not: no object of this pool
   * may touch its block afterwards. Idempotent; every other call throws {@link
   * IllegalStateException} from then on.
   *
   * @throws IllegalStateException if the allocator refuses a chunk, which its user must have freed;
   *     the others have been given back
   */
  @Override
  public void close() {
    blocks.close(this);
  }

  /** Returns the shape of the blocks. */
  @Override
  public String toString() {
    return blocks.toString();
  }
}
