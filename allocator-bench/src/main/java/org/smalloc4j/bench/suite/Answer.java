package org.smalloc4j.bench.suite;

import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param question name of the {@link Question}
 * @param allocator label of the allocator, followed by {@code " in C"} if C called it
 * @param nanos time per operation, null if it failed
 * @param error half the width of its 99.9 % confidence interval, null where there is none
 * @param failure what went wrong, null if nothing did
 */
public record Answer(
    String question,
    String allocator,
    @Nullable Double nanos,
    @Nullable Double error,
    @Nullable String failure) {

  static Answer failed(String question, String allocator, String failure) {
    return new Answer(question, allocator, null, null, failure);
  }
}
