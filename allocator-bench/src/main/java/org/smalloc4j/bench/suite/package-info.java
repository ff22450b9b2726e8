/** A set of microbenchmarks over all allocators, from Java and from C, as one table of ratios. */
@NullMarked
package org.smalloc4j.bench.suite;

import org.jspecify.annotations.NullMarked;
