/** The model of one slab, checked by SPIN. */
@NullMarked
package org.smalloc4j.stress.model;

import org.jspecify.annotations.NullMarked;
