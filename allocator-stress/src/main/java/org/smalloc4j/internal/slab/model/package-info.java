/**
 * Models: the operations of {@link org.smalloc4j.internal.slab} under a lock, in tests with the
 * outcomes of the shipped ones. A model that showed a forbidden outcome would mean that the test is
 * wrong.
 */
@NullMarked
package org.smalloc4j.internal.slab.model;

import org.jspecify.annotations.NullMarked;
