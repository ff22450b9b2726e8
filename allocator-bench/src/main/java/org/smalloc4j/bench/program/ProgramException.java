package org.smalloc4j.bench.program;

/** An allocator could not do what a program asked for, or did not keep what a program wrote. */
final class ProgramException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ProgramException(String message) {
    super(message);
  }
}
