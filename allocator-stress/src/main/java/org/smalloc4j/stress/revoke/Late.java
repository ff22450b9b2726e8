package org.smalloc4j.stress.revoke;

/** A class that is loaded late, while a compiled method waits for it. */
final class Late {
  private Late() {}
}
