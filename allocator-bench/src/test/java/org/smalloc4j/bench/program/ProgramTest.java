package org.smalloc4j.bench.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.CountedClasses;

class ProgramTest {

  /** Passes calls on, and keeps account of which ids have a block. */
  private static final class Accountant implements ReplayTarget {
    final ReplayTarget target = TargetKind.SMALLOC4J.open(0, true);
    final AtomicLongArray addresses;
    final AtomicInteger live = new AtomicInteger();
    final AtomicLong mallocs = new AtomicLong();

    Accountant(int ids) {
      addresses = new AtomicLongArray(ids);
    }

    private long opened(int id, long address) {
      assertTrue(addresses.compareAndSet(id, 0, address), "id " + id + " has a block");
      live.incrementAndGet();
      mallocs.incrementAndGet();
      return address;
    }

    @Override
    public long malloc(int id, long byteSize) {
      return opened(id, target.malloc(id, byteSize));
    }

    @Override
    public long calloc(int id, long byteSize) {
      return opened(id, target.calloc(id, byteSize));
    }

    @Override
    public long aligned(int id, long byteSize, long byteAlignment) {
      throw new AssertionError("no program asks for it");
    }

    @Override
    public long realloc(int id, long address, long oldByteSize, long byteSize) {
      long moved = target.realloc(id, address, oldByteSize, byteSize);
      assertTrue(addresses.compareAndSet(id, address, moved), "id " + id + " has another block");
      return moved;
    }

    @Override
    public void free(int id, long address) {
      assertTrue(addresses.compareAndSet(id, address, 0), "id " + id + " has another block");
      live.decrementAndGet();
      target.free(id, address);
    }

    @Override
    public String version() {
      return "accountant";
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRoundCountsItsOperationsAndLeavesNothingLive(ProgramKind kind) {
    int threads = kind.threads().getFirst() == 1 && !kind.isCrossing() ? 1 : 4;
    Program program = kind.create(threads, kind.work() / 8);
    var accountant = new Accountant(program.ids());
    program.open(accountant);
    try (var crew = new Crew(program)) {
      for (int round = 0; round < 2; round++) {
        Crew.Time time = crew.round();
        assertEquals(0, accountant.live.get());
        assertTrue(time.nanos() > 0);
        assertTrue(time.operations() > 0);
        assertTrue(time.operations() <= kind.work() * 2L, () -> time.operations() + " operations");
      }
    }
    assertTrue(accountant.mallocs.get() > 0);
  }

  /** Gives everyone the same block. */
  private static final class Careless implements ReplayTarget {
    private final ReplayTarget target = TargetKind.SMALLOC4J.open(0, true);
    private final long block = target.calloc(0, 30 << 20);

    @Override
    public long malloc(int id, long byteSize) {
      return block;
    }

    @Override
    public long calloc(int id, long byteSize) {
      return block;
    }

    @Override
    public long aligned(int id, long byteSize, long byteAlignment) {
      return block;
    }

    @Override
    public long realloc(int id, long address, long oldByteSize, long byteSize) {
      return block;
    }

    @Override
    public void free(int id, long address) {}

    @Override
    public String version() {
      return "careless";
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ADRWW", "MSTRESS", "RPTEST", "MALLOC_LARGE"})
  void blocksThatOverlapAreSeen(ProgramKind kind) {
    Program program = kind.create(1, kind.work());
    program.open(new Careless());
    try (var crew = new Crew(program)) {
      assertThrows(ProgramException.class, crew::round);
    }
  }

  @Test
  void whatOneThreadThrowsEndsTheRoundForAll() {
    Program program =
        new Program(3, 1) {
          @Override
          long run(int thread) {
            if (thread == 1) {
              throw new IllegalStateException("tired");
            }
            return 1;
          }
        };
    try (var crew = new Crew(program)) {
      ProgramException thrown = assertThrows(ProgramException.class, crew::round);
      assertTrue(thrown.getMessage().contains("tired"), thrown::getMessage);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyAllocatorRunsAProgram(TargetKind target) throws IOException {
    boolean able = target.isInstalled() && !target.isForOneThread() && !target.waitsForCollector();
    Assumptions.assumeTrue(able);
    var jvm = new ProgramJvm(Duration.ofMinutes(1));
    ProgramResult result = jvm.run(new ProgramJob(target, ProgramKind.MSTRESS, 2, 2_000, 1));
    assertNull(result.failure());
    assertTrue(result.nanos().getFirst() > 0);
    assertNull(result.sharedWrites(), "only counted classes tell");
  }

  @Test
  void aThreadWithoutASlabIsTheOneWithTheMostSharedWrites(@TempDir Path counted)
      throws IOException {
    CountedClasses.writeTo(counted);
    var jvm = new ProgramJvm(Duration.ofMinutes(2));
    // Of the 96, at least 32 own none of the 64 slabs: a swap for each malloc and each free.
    ProgramResult many =
        jvm.runCounted(
            new ProgramJob(TargetKind.SMALLOC4J, ProgramKind.AD, 96, 19_200, 1), counted);
    assertNull(many.failure());
    assertTrue(many.mostSharedWrites() >= 0.9, many::toString);
    assertTrue(many.sharedWrites() < many.mostSharedWrites(), many::toString);
    ProgramResult one =
        jvm.runCounted(
            new ProgramJob(TargetKind.SMALLOC4J, ProgramKind.AD, 1, 200_000, 1), counted);
    assertNull(one.failure());
    assertTrue(one.mostSharedWrites() < 0.1, one::toString);
  }

  @Test
  void aProgramThatDoesNotEndIsAFailure() throws IOException {
    var jvm = new ProgramJvm(Duration.ofMillis(1));
    ProgramResult result =
        jvm.run(new ProgramJob(TargetKind.GLIBC, ProgramKind.MSTRESS, 2, 2_000, 1));
    assertEquals("no end after 0.001 s", result.failure());
  }
}
