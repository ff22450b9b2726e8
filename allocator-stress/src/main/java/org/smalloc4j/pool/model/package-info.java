/**
 * Models: the calls of a pool under a lock, in tests with the outcomes of the shipped ones. A model
 * that showed a forbidden outcome would mean that the test is wrong.
 */
@NullMarked
package org.smalloc4j.pool.model;

import org.jspecify.annotations.NullMarked;
