/** Stress tests of the classic designs: shipped, and in {@code control} weakened. */
@NullMarked
package org.smalloc4j.classic;

import org.jspecify.annotations.NullMarked;
