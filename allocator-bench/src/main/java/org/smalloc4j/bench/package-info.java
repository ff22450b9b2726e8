/** The command line of the benchmarks. */
@NullMarked
package org.smalloc4j.bench;

import org.jspecify.annotations.NullMarked;
