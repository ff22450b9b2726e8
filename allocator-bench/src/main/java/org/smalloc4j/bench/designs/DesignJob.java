package org.smalloc4j.bench.designs;

import java.util.List;

/**
 * What one JVM is to do.
 *
 * @param subject name of a {@link Design}, or for {@link Task#BATCHES} of a {@link Batches}
 * @param threads the most threads
 * @param nanos how long to measure, for each number of threads; to warm up takes as long
 */
record DesignJob(Task task, String subject, int threads, long nanos) {

  List<String> toArguments() {
    return List.of(task.name(), subject, Integer.toString(threads), Long.toString(nanos));
  }

  static DesignJob fromArguments(List<String> arguments) {
    return new DesignJob(
        Task.valueOf(arguments.get(0)),
        arguments.get(1),
        Integer.parseInt(arguments.get(2)),
        Long.parseLong(arguments.get(3)));
  }
}
