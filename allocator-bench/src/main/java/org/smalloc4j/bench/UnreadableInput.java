package org.smalloc4j.bench;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says that an input file could not be read, or that there is none. */
final class UnreadableInput extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  UnreadableInput(String message) {
    super(message);
  }

  UnreadableInput(Path file, IOException cause) {
    super(file + ": " + reasonOf(cause), cause);
  }

  private static String reasonOf(IOException cause) {
    return cause instanceof NoSuchFileException
        ? "no such file"
        : String.valueOf(cause.getMessage());
  }
}
