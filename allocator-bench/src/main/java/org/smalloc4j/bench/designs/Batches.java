package org.smalloc4j.bench.designs;

import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.smalloc4j.Smalloc;
import org.smalloc4j.arena.BumpArena;
import org.smalloc4j.arena.ThreadArenas;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.pool.BlockPool;

/** Where 100 blocks of 64 bytes, written and then ended together, can come from. */
enum Batches {
  /** malloc and free of the C library. */
  SYSTEM {
    @Override
    Source source() {
      return blockByBlock(TargetKind.SYSTEM);
    }
  },
  /** malloc and free of a heap. */
  SMALLOC4J {
    @Override
    Source source() {
      return blockByBlock(TargetKind.SMALLOC4J);
    }
  },
  /** A pool for blocks of this size, block by block. */
  BLOCK_POOL {
    @Override
    Source source() {
      BlockPool pool =
          BlockPool.of(heap(), sequenceLayout(Work.BYTE_SIZE / Long.BYTES, JAVA_LONG), CHUNK);
      return () -> ofPool(pool);
    }
  },
  /** An arena that each thread has opened for itself, reset. */
  BUMP_ARENA {
    @Override
    Source source() {
      var heap = heap();
      return () -> {
        BumpArena arena = BumpArena.over(heap);
        return () -> fill(arena);
      };
    }
  },
  /** The arena that a thread finds in a common set, reset. */
  THREAD_ARENAS {
    @Override
    Source source() {
      ThreadArenas arenas = ThreadArenas.over(heap());
      return () -> () -> fill(arenas.current());
    }
  };

  private static final int BLOCKS = 100;

  /**
   * 1 TiB: such a heap lasts as long as its JVM, and one of 16 TiB would leave room for few more.
   */
  private static final int REGION_BITS = 40;

  private static final int CHUNK = 1024;

  /** Gives each thread that asks work of its own. */
  interface Source {
    Work work();
  }

  abstract Source source();

  /** The name in tables. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One thread's time, then the throughput of one thread, and of one for each processor. */
  static Map<String, Double> run(DesignJob job) {
    Source source = valueOf(job.subject()).source();
    Map<String, Double> figures = new HashMap<>(Loop.time(source.work(), job.nanos()));
    for (int threads : List.of(1, Runtime.getRuntime().availableProcessors())) {
      try (var team = new Team(threads)) {
        List<Work> works = team.each(_ -> source.work());
        Throughput.of(team, works, job.nanos());
        double millions = Throughput.of(team, works, job.nanos()).millions();
        figures.put(Scaling.MILLIONS + threads, millions);
      }
    }
    return figures;
  }

  private static Smalloc heap() {
    return Smalloc.builder().regionBits(REGION_BITS).build();
  }

  private static Source blockByBlock(TargetKind kind) {
    var target = kind.open(BLOCKS, true);
    return () -> Work.batch(target, IntStream.range(0, BLOCKS).toArray());
  }

  private static Work ofPool(BlockPool pool) {
    long[] blocks = new long[BLOCKS];
    return () -> {
      for (int i = 0; i < BLOCKS; i++) {
        long block = pool.acquire();
        OffHeap.storeLong(block, block);
        blocks[i] = block;
      }
      for (long block : blocks) {
        pool.release(block);
      }
      return BLOCKS;
    };
  }

  private static long fill(BumpArena arena) {
    for (int i = 0; i < BLOCKS; i++) {
      long block = arena.malloc(Work.BYTE_SIZE, Long.BYTES);
      OffHeap.storeLong(block, block);
    }
    arena.reset();
    return BLOCKS;
  }
}
