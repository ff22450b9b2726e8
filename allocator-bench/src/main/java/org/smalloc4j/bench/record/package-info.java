/** Recording the heap calls of programs. */
@NullMarked
package org.smalloc4j.bench.record;

import org.jspecify.annotations.NullMarked;
