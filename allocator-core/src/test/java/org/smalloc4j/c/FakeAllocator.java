package org.smalloc4j.c;

import java.util.function.Supplier;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Smalloc;

/** A wrapper that can be told to fail, in any way that an allocator or the JVM can. */
class FakeAllocator implements Allocator {
  private final Smalloc inner;

  /** What every call throws, if anything. */
  Supplier<? extends Throwable> failure = () -> null;

  FakeAllocator(Smalloc inner) {
    this.inner = inner;
  }

  /** Throws a checked exception too, as a broken allocator could. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAny(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private Smalloc inner() {
    Throwable thrown = failure.get();
    if (thrown != null) {
      FakeAllocator.<RuntimeException>throwAny(thrown);
    }
    return inner;
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return inner().malloc(byteSize, byteAlignment);
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return inner().tryMalloc(byteSize, byteAlignment);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return inner().calloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    return inner().realloc(address, byteSize, byteAlignment);
  }

  @Override
  public void free(long address) {
    inner().free(address);
  }

  @Override
  public long usableSize(long address) {
    return inner().usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    return inner().owns(address);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    inner().attach(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    inner.detach(dependant);
  }

  @Override
  public AllocatorStats stats() {
    return inner.stats();
  }

  @Override
  public long trim() {
    return inner.trim();
  }

  @Override
  public void close() {
    inner.close();
  }
}
