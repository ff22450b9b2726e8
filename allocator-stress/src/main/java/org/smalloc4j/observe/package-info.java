/** Stress tests of the allocators in front of another one. */
@NullMarked
package org.smalloc4j.observe;

import org.jspecify.annotations.NullMarked;
