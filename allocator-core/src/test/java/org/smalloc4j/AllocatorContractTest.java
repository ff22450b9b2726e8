package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract of {@link Allocator}, to be passed by each implementation in a subclass. The
 * subclass makes the allocators and declares where it differs; see {@link AllocatorContract}.
 */
public abstract class AllocatorContractTest
    implements AllocatorSizesContract,
        AllocatorZeroingContract,
        AllocatorReallocContract,
        AllocatorSegmentsContract,
        AllocatorArenaContract,
        AllocatorBuffersContract,
        AllocatorErrorsContract,
        AllocatorAddressErrorsContract,
        AllocatorStatsContract,
        AllocatorTrimContract,
        AllocatorCloseContract,
        AllocatorSequenceContract,
        AllocatorConcurrencyContract,
        AllocatorExhaustionContract {
  private Allocator allocator;

  /** For subclasses. */
  protected AllocatorContractTest() {}

  @BeforeEach
  void open() {
    allocator = newAllocator();
  }

  @AfterEach
  void nothingIsLeftLive() {
    try (Allocator finished = allocator) {
      assertEquals(0, finished.stats().liveBlocks(), "live blocks after the test");
      assertEquals(0, finished.stats().liveBytes(), "live bytes after the test");
      checkAtRest(finished, List.of());
    }
  }

  @Override
  public final Allocator allocator() {
    return allocator;
  }
}
