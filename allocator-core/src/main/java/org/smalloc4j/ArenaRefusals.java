package org.smalloc4j;

/**
 * Makes the exceptions of arenas. Where the Java heap has no room for a new one there is one made
 * beforehand, without a stack trace: "closed" and "wrong thread" are what they are, and never
 * OutOfMemoryError.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // there may be no heap for one later
final class ArenaRefusals {
  private static final String CLOSED = "arena is closed already";
  private static final String WRONG_THREAD =
      "a confined arena was called by a thread that did not open it";

  private static final IllegalStateException SPARE_CLOSED =
      withoutTrace(new IllegalStateException(CLOSED));
  private static final WrongThreadException SPARE_WRONG_THREAD =
      withoutTrace(new WrongThreadException(WRONG_THREAD));

  private ArenaRefusals() {}

  private static <T extends Throwable> T withoutTrace(T spare) {
    spare.setStackTrace(new StackTraceElement[0]);
    return spare;
  }

  /** Returns the exception for a closed arena. */
  static IllegalStateException closed() {
    try {
      return new IllegalStateException(CLOSED);
    } catch (OutOfMemoryError javaHeapIsFull) {
      return SPARE_CLOSED;
    }
  }

  /** Returns the exception for a confined arena in the wrong thread. */
  static WrongThreadException wrongThread() {
    try {
      return new WrongThreadException(WRONG_THREAD);
    } catch (OutOfMemoryError javaHeapIsFull) {
      return SPARE_WRONG_THREAD;
    }
  }
}
