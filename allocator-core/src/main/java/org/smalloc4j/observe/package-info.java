/**
 * Allocators in front of another {@link org.smalloc4j.Allocator}: they count, remember who
 * allocated, or change what is asked for.
 */
@NullMarked
package org.smalloc4j.observe;

import org.jspecify.annotations.NullMarked;
