/**
 * Function pointers by which C code allocates from an {@link org.smalloc4j.Allocator}.
 *
 * <p>Needs native access for {@code org.smalloc4j}, as the allocator itself does.
 */
@NullMarked
package org.smalloc4j.c;

import org.jspecify.annotations.NullMarked;
