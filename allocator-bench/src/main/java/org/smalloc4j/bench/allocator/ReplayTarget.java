package org.smalloc4j.bench.allocator;

import java.util.Optional;
import org.smalloc4j.Allocator;

/**
 * An allocator as a replay drives it.
 *
 * <p>A block has an id, chosen by the trace and not in use by another live block, and an absolute
 * address. Allocators that work on addresses ignore the id; those whose handle is an object keep it
 * in an array at that id. The caller keeps the addresses for all of them, orders calls on one id
 * with happens-before edges, and may call for different ids from any thread at once.
 */
public interface ReplayTarget {

  /** Allocates uninitialised memory; 0 bytes are allowed. Returns 0 if it fails. */
  long malloc(int id, long byteSize);

  /** Allocates zeroed memory; 0 bytes are allowed. Returns 0 if it fails. */
  long calloc(int id, long byteSize);

  /** Allocates at a multiple of {@code byteAlignment}, a power of two. Returns 0 if it fails. */
  long aligned(int id, long byteSize, long byteAlignment);

  /**
   * Resizes the block at {@code address} to {@code byteSize}, at least 1, and keeps its contents up
   * to the smaller size. Returns the new address, or 0 if it fails.
   */
  long realloc(int id, long address, long oldByteSize, long byteSize);

  /** Frees the block at {@code address}. */
  void free(int id, long address);

  /** Name and version of what is measured. */
  String version();

  /** The allocator of this project behind it, if it is one. */
  default Optional<Allocator> allocator() {
    return Optional.empty();
  }
}
