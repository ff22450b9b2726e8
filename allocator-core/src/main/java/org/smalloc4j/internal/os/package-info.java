/** The only native calls: reserve, advise, discard and release stretches of address space. */
@NullMarked
package org.smalloc4j.internal.os;

import org.jspecify.annotations.NullMarked;
