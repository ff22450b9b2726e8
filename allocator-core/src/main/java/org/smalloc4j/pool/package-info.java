/**
 * Pools: blocks of one layout, {@link org.smalloc4j.pool.BlockPool}, and objects that each stand
 * for one, {@link org.smalloc4j.pool.ObjectPool}.
 */
@NullMarked
package org.smalloc4j.pool;

import org.jspecify.annotations.NullMarked;
