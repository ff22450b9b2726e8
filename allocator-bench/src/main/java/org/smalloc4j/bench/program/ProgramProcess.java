package org.smalloc4j.bench.program;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.JavaHeap;
import org.smalloc4j.bench.process.ProcessMemory;
import org.smalloc4j.bench.process.Rounds;
import org.smalloc4j.bench.process.SharedWrites;
import org.smalloc4j.bench.process.SystemCalls;

/**
 * The main class of a program JVM: a small form of the program until the JIT compiler has done its
 * work, then the program itself: rounds to settle and timed ones.
 */
final class ProgramProcess {

  /** The small form has this fraction of the work. */
  private static final int SMALL_SHARE = 16;

  private static final int SMALL_THREADS = 2;
  private static final long SMALL_NANOS = 500_000_000L;
  private static final int SETTLING_ROUNDS = 3;

  /** No further settling round begins once they have taken this long together. */
  private static final long MOST_SETTLING_NANOS = 500_000_000L;

  private ProgramProcess() {}

  /** Takes the arguments of a {@link ProgramJob}, then the file to write. */
  public static void main(String[] args) throws IOException {
    List<String> arguments = Arrays.asList(args);
    ProgramResult result = measure(ProgramJob.fromArguments(arguments));
    result.write(Path.of(arguments.getLast()));
    // Halts: a thread that failed in a downcall may not let the JVM end.
    Runtime.getRuntime().halt(result.failure() == null ? 0 : 1);
  }

  private static ProgramResult measure(ProgramJob job) {
    String version = null;
    try {
      warmUp(job);
      Program program = job.program().create(job.threads(), job.work());
      ReplayTarget target = open(job, program);
      version = target.version();
      return measure(job, program, version);
    } catch (ProgramException e) {
      return ProgramResult.failed(version, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      return ProgramResult.failed(version, e.toString());
    }
  }

  private static ReplayTarget open(ProgramJob job, Program program) {
    boolean threaded = job.program().isCrossing();
    ReplayTarget target = job.target().open(program.ids(), threaded);
    program.open(target);
    return target;
  }

  private static void warmUp(ProgramJob job) {
    int threads = Math.min(SMALL_THREADS, job.threads());
    Program small = job.program().create(threads, Math.max(1, job.work() / SMALL_SHARE));
    open(job, small);
    try (var crew = new Crew(small)) {
      for (long nanos = 0; nanos < SMALL_NANOS; ) {
        long start = System.nanoTime();
        crew.round();
        nanos += System.nanoTime() - start;
      }
    }
  }

  private static ProgramResult measure(ProgramJob job, Program program, String version) {
    OptionalLong baseline = ProcessMemory.startPeak();
    try (var crew = new Crew(program)) {
      long settling = 0;
      for (int i = 0; i < SETTLING_ROUNDS && settling < MOST_SETTLING_NANOS; i++) {
        settling += crew.round().nanos();
      }
      OptionalLong faults = ProcessMemory.minorFaults();
      long javaBytes = JavaHeap.allocatedBytes();
      long sharedWrites = SharedWrites.sum();
      SystemCalls.begin();
      var nanos = new ArrayList<Double>();
      long timed = 0;
      long operations = 0;
      double mostWrites = 0;
      while (Rounds.wantsAnother(nanos.size(), job.rounds(), timed)) {
        Crew.Time time = crew.round();
        nanos.add(time.nanosPerOperation());
        timed += time.nanos();
        operations += time.operations();
        mostWrites += time.mostWrites();
      }
      SystemCalls.end();
      return new ProgramResult(
          version,
          null,
          nanos,
          operations,
          difference(baseline, ProcessMemory.peak(), 1),
          difference(baseline, ProcessMemory.resident(), 1),
          difference(faults, ProcessMemory.minorFaults(), operations),
          (double) (JavaHeap.allocatedBytes() - javaBytes) / operations,
          SharedWrites.areCounted()
              ? (double) (SharedWrites.sum() - sharedWrites) / operations
              : null,
          SharedWrites.areCounted() ? mostWrites / nanos.size() : null);
    }
  }

  private static @Nullable Double difference(OptionalLong from, OptionalLong to, long divisor) {
    return from.isPresent() && to.isPresent()
        ? (double) (to.getAsLong() - from.getAsLong()) / divisor
        : null;
  }
}
