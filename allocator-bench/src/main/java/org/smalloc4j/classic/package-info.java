/** What the classic designs show to their own package alone, for pictures. */
@NullMarked
package org.smalloc4j.classic;

import org.jspecify.annotations.NullMarked;
