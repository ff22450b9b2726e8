/** Benchmarks of pools and bump arenas beside what a program could use instead. */
@NullMarked
package org.smalloc4j.bench.pool;

import org.jspecify.annotations.NullMarked;
