/** Stress tests of the public classes. */
@NullMarked
package org.smalloc4j;

import org.jspecify.annotations.NullMarked;
