/** Regions of slabs: freed lists and frontiers, and malloc, realloc and free over them. */
@NullMarked
package org.smalloc4j.internal.slab;

import org.jspecify.annotations.NullMarked;
