package org.smalloc4j.bench.program;

import java.util.List;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * What one program JVM is to do.
 *
 * @param work operations of a round, about
 * @param rounds number of timed rounds, at least 1; more if they are short, fewer if they are long
 */
public record ProgramJob(
    TargetKind target, ProgramKind program, int threads, int work, int rounds) {

  /** A slow allocator gets this fraction of the work. */
  public static final int SLOW_SHARE = 20;

  /** The work that belongs to the program, or less of it for a slow allocator. */
  public static ProgramJob of(TargetKind target, ProgramKind program, int threads, int rounds) {
    int work = target.isSlow() ? program.work() / SLOW_SHARE : program.work();
    return new ProgramJob(target, program, threads, Math.max(1, work), rounds);
  }

  List<String> toArguments() {
    return List.of(
        target.name(),
        program.name(),
        Integer.toString(threads),
        Integer.toString(work),
        Integer.toString(rounds));
  }

  static ProgramJob fromArguments(List<String> arguments) {
    return new ProgramJob(
        TargetKind.valueOf(arguments.get(0)),
        ProgramKind.valueOf(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Integer.parseInt(arguments.get(4)));
  }
}
