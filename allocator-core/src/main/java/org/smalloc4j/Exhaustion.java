package org.smalloc4j;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * What a heap's user does about an allocation that would be refused: asked once for each, on the
 * thread that allocates, and never from within an answer.
 */
final class Exhaustion {
  private final @Nullable LongPredicate handler;

  /** Present in threads that are inside the handler; this heap's alone. */
  private final ThreadLocal<Boolean> isAsked = new ThreadLocal<>();

  /** Creates what asks a handler; null: nobody. */
  Exhaustion(@Nullable LongPredicate handler) {
    this.handler = handler;
  }

  /**
   * Asks the handler, if there is one and the calling thread is not inside it.
   *
   * @param byteSize what cannot be allocated
   * @return whether something has been freed: whether it is worth while to try again
   */
  boolean hasFreed(long byteSize) {
    return handler != null && ask(handler, byteSize);
  }

  private boolean ask(LongPredicate handler, long byteSize) {
    OutOfLine.requireStack();
    if (isAsked.get() != null) {
      return false;
    }
    isAsked.set(true);
    try {
      return handler.test(byteSize);
    } finally {
      isAsked.remove();
    }
  }
}
