/** What looks for errors that only threads can make: the commands beside jcstress. */
@NullMarked
package org.smalloc4j.stress;

import org.jspecify.annotations.NullMarked;
