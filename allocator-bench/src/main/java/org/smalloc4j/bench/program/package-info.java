/**
 * Whole programs that allocate, with a fixed amount of work a round, each in a JVM of its own.
 *
 * <p>They are the field's benchmarks, written from their definitions; {@code src/main/c} has the
 * same ones for allocators without any Java around them.
 */
@NullMarked
package org.smalloc4j.bench.program;

import org.jspecify.annotations.NullMarked;
