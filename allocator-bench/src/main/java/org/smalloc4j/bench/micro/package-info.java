/** JMH benchmarks, one question per class. */
@NullMarked
package org.smalloc4j.bench.micro;

import org.jspecify.annotations.NullMarked;
