/** Takes slabs from owners that wait, run, and load classes, in several kinds of JVM. */
@NullMarked
package org.smalloc4j.stress.revoke;

import org.jspecify.annotations.NullMarked;
