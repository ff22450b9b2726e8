/** Tables, files and charts of replay results. */
@NullMarked
package org.smalloc4j.bench.report;

import org.jspecify.annotations.NullMarked;
