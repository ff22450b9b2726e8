package org.smalloc4j.bench;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says that an input file cannot be read, that there is none, or that files cannot be written. */
final class UnusablePath extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  UnusablePath(String message, IOException cause) {
    super(message, cause);
  }

  /** Of an input file. */
  UnusablePath(Path file, IOException cause) {
    super(file + ": " + reasonOf(cause), cause);
  }

  private static String reasonOf(IOException cause) {
    return cause instanceof NoSuchFileException
        ? "no such file"
        : String.valueOf(cause.getMessage());
  }
}
