/** The runner of the weakened variants. */
@NullMarked
package org.smalloc4j.stress;

import org.jspecify.annotations.NullMarked;
