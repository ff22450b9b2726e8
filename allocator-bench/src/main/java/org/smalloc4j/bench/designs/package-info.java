/** The designs of allocators that this project has, compared on one set of axes. */
@NullMarked
package org.smalloc4j.bench.designs;

import org.jspecify.annotations.NullMarked;
