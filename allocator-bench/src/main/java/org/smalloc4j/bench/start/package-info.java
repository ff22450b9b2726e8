/** From the start of a JVM to a first block. */
@NullMarked
package org.smalloc4j.bench.start;

import org.jspecify.annotations.NullMarked;
