/** Choices that are random and the same in every run. */
@NullMarked
package org.smalloc4j.bench.random;

import org.jspecify.annotations.NullMarked;
