/** Recorded allocation traces: the file format, its reader, and a trace in memory. */
@NullMarked
package org.smalloc4j.bench.trace;

import org.jspecify.annotations.NullMarked;
