/**
 * Arenas that hand out memory by counting up: {@link org.smalloc4j.arena.BumpArena}, and one of
 * them for each thread, {@link org.smalloc4j.arena.ThreadArenas}.
 */
@NullMarked
package org.smalloc4j.arena;

import org.jspecify.annotations.NullMarked;
