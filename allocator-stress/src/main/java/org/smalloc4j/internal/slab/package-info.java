/**
 * Stress tests of the words that threads share, on the shipped classes and real off-heap memory;
 * weakened variants stand in {@code control}.
 */
@NullMarked
package org.smalloc4j.internal.slab;

import org.jspecify.annotations.NullMarked;
