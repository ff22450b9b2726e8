/**
 * Replay of a trace against one allocator: the hot loop, its two modes, what is measured, and the
 * processes it runs in.
 */
@NullMarked
package org.smalloc4j.bench.replay;

import org.jspecify.annotations.NullMarked;
