/** The allocators a replay drives, each behind a {@code ReplayTarget}. */
@NullMarked
package org.smalloc4j.bench.allocator;

import org.jspecify.annotations.NullMarked;
