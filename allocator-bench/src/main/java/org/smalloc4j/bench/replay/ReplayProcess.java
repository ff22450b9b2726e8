package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.CompilerThreads;
import org.smalloc4j.bench.process.OthersCpu;
import org.smalloc4j.bench.process.ProcessMemory;
import org.smalloc4j.bench.process.Rounds;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceReader;

/**
 * The main class of a replay JVM: decodes the trace, warms up, plays a cold round for memory,
 * rounds to settle and the timed rounds, and writes the {@link Measurement} to a file.
 */
final class ReplayProcess {

  /** No further settling round begins once they have taken this long together. */
  private static final long MOST_SETTLING_NANOS = 1_200_000_000L;

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private ReplayProcess() {}

  /** Takes the arguments of a {@link ReplayJob}, then the file to write. */
  public static void main(String[] args) throws IOException {
    List<String> arguments = Arrays.asList(args);
    ReplayJob job = ReplayJob.fromArguments(arguments);
    Trace whole = TraceReader.read(job.trace());
    Measurement measurement = measure(job, whole);
    MeasurementFile.write(Path.of(arguments.getLast()), measurement);
    System.exit(measurement.failure() == null ? 0 : 1);
  }

  private static Measurement measure(ReplayJob job, Trace whole) {
    String version = null;
    try {
      boolean threaded = job.mode() == Mode.THREADED;
      int limit = Math.min(job.eventLimit(), job.target().eventLimit(threaded));
      Trace trace = whole.first(limit);
      WarmUp.run(job.target().open(whole.ids(), threaded), trace.ids());
      if (job.compileMillis() > 0) {
        compile(job, trace);
      }
      // Opened anew: where an allocator can have several heaps, the measured one starts empty.
      ReplayTarget target = job.target().open(whole.ids(), threaded);
      version = target.version();
      try (Replay replay =
          threaded ? new ThreadedReplay(trace, target) : new SequentialReplay(trace, target)) {
        boolean asAsked = limit >= Math.min(whole.events(), job.eventLimit());
        return play(job, trace, asAsked, version, replay);
      }
    } catch (ReplayException e) {
      return failed(job, whole, version, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      return failed(job, whole, version, rootOf(e).toString());
    }
  }

  /**
   * Plays the trace in another thread, so that its code is compiled before it is measured. An
   * allocator with memory of each thread's own has its measured thread's untouched.
   */
  private static void compile(ReplayJob job, Trace trace) {
    var task =
        new FutureTask<>(
            () -> {
              var replay = new SequentialReplay(trace, job.target().open(trace.ids(), false));
              long end = System.nanoTime() + job.compileMillis() * 1_000_000L;
              for (int round = 0; System.nanoTime() < end; round++) {
                replay.round(round, null);
              }
              return null;
            });
    try {
      Thread.ofPlatform().start(task).join();
      task.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ReplayException failure) {
        throw failure;
      }
      throw new ReplayException("before the measurement: " + e.getCause());
    }
  }

  private static Measurement play(
      ReplayJob job, Trace trace, boolean asAsked, String version, Replay replay) {
    var live = new LiveBytes();
    OptionalLong baseline = ProcessMemory.startPeak();
    long coldNanos = replay.round(0, live);
    OptionalLong peak = baseline.isPresent() ? ProcessMemory.peak() : OptionalLong.empty();
    var settling = new Settling(MOST_SETTLING_NANOS, COMPILER.getTotalCompilationTime());
    var timed = new ArrayList<Long>();
    int round = 1;
    OthersCpu begin = OthersCpu.now();
    for (; settling.wantsAnother(orNone(OthersCpu.shareUntilNow(begin))); round++) {
      long nanos = replay.round(round, null);
      settling.add(nanos, COMPILER.getTotalCompilationTime(), CompilerThreads.areAtWork());
    }
    begin = OthersCpu.now();
    for (; Rounds.wantsAnother(timed.size(), job.rounds(), sum(timed)); round++) {
      timed.add(replay.round(round, null));
    }
    Double others = OthersCpu.shareUntilNow(begin);
    return new Measurement(
        job.target().label(),
        trace.name(),
        job.mode().label(),
        version,
        null,
        trace.events(),
        asAsked,
        coldNanos,
        settling.nanos(),
        timed,
        boxed(baseline),
        boxed(peak),
        live.peak(),
        1,
        others);
  }

  private static double orNone(@Nullable Double share) {
    return share == null ? 0 : share;
  }

  private static long sum(List<Long> nanos) {
    return nanos.stream().mapToLong(Long::longValue).sum();
  }

  private static Measurement failed(
      ReplayJob job, Trace trace, @Nullable String version, String failure) {
    return Measurement.failed(
        job.target().label(), trace.name(), job.mode().label(), version, failure);
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
