/**
 * Weakened variants of the stress tests of the classic designs, each with the outcomes of the test
 * it is a variant of. Each must show a forbidden one: that proves that the test can see the bug.
 */
@NullMarked
package org.smalloc4j.classic.control;

import org.jspecify.annotations.NullMarked;
