package org.smalloc4j.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole or not at all. */
public final class WholeFile {

  private WholeFile() {}

  /** Writes a file, or replaces it. */
  public static void write(Path file, String content) throws IOException {
    Path whole = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.writeString(whole, content);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
