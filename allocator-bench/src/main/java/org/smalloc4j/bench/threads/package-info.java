/** What an allocator does when more and more threads use it at once. */
@NullMarked
package org.smalloc4j.bench.threads;

import org.jspecify.annotations.NullMarked;
