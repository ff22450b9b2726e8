/**
 * The public interface: {@link org.smalloc4j.Allocator}, what every allocator of the project
 * offers, and {@link org.smalloc4j.Smalloc}, the allocator to use.
 *
 * <p>Start the JVM with {@code --enable-native-access=org.smalloc4j} (module path) or {@code
 * --enable-native-access=ALL-UNNAMED} (class path).
 */
@NullMarked
package org.smalloc4j;

import org.jspecify.annotations.NullMarked;
