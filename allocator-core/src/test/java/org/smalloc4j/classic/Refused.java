package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What refusals say. */
final class Refused {
  private Refused() {}

  /** Fails unless {@code call} throws {@code type} with a message that contains all parts. */
  static void with(Class<? extends Throwable> type, Executable call, Object... parts) {
    String message = String.valueOf(assertThrows(type, call).getMessage());
    for (Object part : parts) {
      assertTrue(message.contains(part.toString()), () -> "no '" + part + "' in: " + message);
    }
  }
}
