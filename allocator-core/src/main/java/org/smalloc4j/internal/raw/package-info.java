/** The only loads, stores and compare-and-swaps on off-heap memory. */
@NullMarked
package org.smalloc4j.internal.raw;

import org.jspecify.annotations.NullMarked;
