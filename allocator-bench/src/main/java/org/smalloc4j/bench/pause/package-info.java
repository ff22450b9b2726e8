/** How long other threads are stopped. */
@NullMarked
package org.smalloc4j.bench.pause;

import org.jspecify.annotations.NullMarked;
