/** Measuring in a JVM of its own. */
@NullMarked
package org.smalloc4j.bench.process;

import org.jspecify.annotations.NullMarked;
