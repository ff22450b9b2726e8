package org.smalloc4j;

import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.classic.Coalescing;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.FirstFitHeaps;
import org.smalloc4j.classic.FirstFitWalk;

/** {@link FirstFitAllocator} in a file keeps the contract, with blocks up to 8 MiB. */
class FirstFitFileContractTest extends AllocatorContractTest {
  @TempDir private Path directory;
  private int files;

  private FirstFitAllocator inNewFile(long maxBytes) {
    files++;
    Coalescing coalescing = files % 2 == 0 ? Coalescing.DURING_SEARCH : Coalescing.AT_FREE;
    Path file = directory.resolve("heap-" + files);
    return FirstFitHeaps.inFile(file, maxBytes, coalescing, largestBlock());
  }

  @Override
  public Allocator newAllocator() {
    return inNewFile(1L << 30);
  }

  @Override
  public Allocator newSmallAllocator() {
    return FirstFitHeaps.grown(inNewFile(16 << 20), 16 << 20);
  }

  @Override
  public long largestBlock() {
    return 8L << 20; // in a file each byte that is ever used has a place on the disk
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false;
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    FirstFitWalk.check(allocator, live);
  }
}
