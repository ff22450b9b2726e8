/**
 * The classic designs: published allocators that {@link org.smalloc4j.Smalloc} is measured against,
 * each with its own algorithm behind {@link org.smalloc4j.Allocator}.
 */
@NullMarked
package org.smalloc4j.classic;

import org.jspecify.annotations.NullMarked;
