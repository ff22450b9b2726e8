package org.smalloc4j.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * How one allocator did in one workload.
 *
 * @param time in any unit, the same for all allocators
 * @param low end of the interval in which the time lies
 * @param high its other end; both are the time itself if it is of a single sample
 * @param cold time of the first round, null if it was not measured
 * @param memory resident bytes, per live byte or not, the same for all; null if not comparable
 */
public record Score(
    String allocator,
    String workload,
    double time,
    double low,
    double high,
    @Nullable Double cold,
    @Nullable Double memory) {}
