/** Pictures of heaps, drawn from what a real heap says it is made of. */
@NullMarked
package org.smalloc4j.bench.picture;

import org.jspecify.annotations.NullMarked;
