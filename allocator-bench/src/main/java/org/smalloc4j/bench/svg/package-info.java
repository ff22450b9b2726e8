/** Charts and drawings as plain SVG text. */
@NullMarked
package org.smalloc4j.bench.svg;

import org.jspecify.annotations.NullMarked;
