/**
 * Stress tests of the pools: shipped, in {@code control} weakened, in {@code model} under a lock.
 */
@NullMarked
package org.smalloc4j.pool;

import org.jspecify.annotations.NullMarked;
