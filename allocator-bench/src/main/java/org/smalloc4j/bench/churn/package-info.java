/** Many short threads on one heap. */
@NullMarked
package org.smalloc4j.bench.churn;

import org.jspecify.annotations.NullMarked;
