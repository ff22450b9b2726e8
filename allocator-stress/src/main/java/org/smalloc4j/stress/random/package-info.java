/** Threads that come and go, with blocks whose contents tell if they were ever shared. */
@NullMarked
package org.smalloc4j.stress.random;

import org.jspecify.annotations.NullMarked;
