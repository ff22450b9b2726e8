/** Pure arithmetic on sizes, size classes and addresses; no state, no memory access. */
@NullMarked
package org.smalloc4j.internal.address;

import org.jspecify.annotations.NullMarked;
