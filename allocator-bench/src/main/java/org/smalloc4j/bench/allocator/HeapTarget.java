package org.smalloc4j.bench.allocator;

import java.util.Optional;
import org.smalloc4j.Allocator;

/**
 * An allocator of this project.
 *
 * <p>Each subclass holds its heap in a {@code static final} field of its own, for the reasons that
 * {@link NativeTarget} gives for its functions.
 */
abstract class HeapTarget implements ReplayTarget {

  abstract Allocator heap();

  @Override
  public final long malloc(int id, long byteSize) {
    return heap().malloc(byteSize);
  }

  @Override
  public final long calloc(int id, long byteSize) {
    return heap().calloc(byteSize);
  }

  @Override
  public final long aligned(int id, long byteSize, long byteAlignment) {
    return heap().malloc(byteSize, byteAlignment);
  }

  @Override
  public final long realloc(int id, long address, long oldByteSize, long byteSize) {
    return heap().realloc(address, byteSize);
  }

  @Override
  public final void free(int id, long address) {
    heap().free(address);
  }

  @Override
  public final String version() {
    return "smalloc4j " + Versions.SMALLOC4J;
  }

  @Override
  public final Optional<Allocator> allocator() {
    return Optional.of(heap());
  }
}
