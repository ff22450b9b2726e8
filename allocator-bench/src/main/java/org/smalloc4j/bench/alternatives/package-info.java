/**
 * Forms of a stash that were tried and not chosen, beside the one that was, in the least code that
 * measures them: each is an allocator for one thread. ADRs 7 to 9 tell what decided.
 *
 * <p>As allocators with names that begin with {@code alt-} they run in every benchmark and replay
 * that has one thread: {@code ./smalloc4j jmh RandomReplacement -p allocator=alt-lists,alt-bits}.
 */
@NullMarked
package org.smalloc4j.bench.alternatives;

import org.jspecify.annotations.NullMarked;
