package org.smalloc4j.bench.allocator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A shared library out of one of LWJGL's {@code natives-linux} jars.
 *
 * <p>The library is copied to a temporary file, loaded and unlinked at once; LWJGL's own classes
 * are not involved. Works on Linux x86-64.
 */
final class BundledLibrary {

  private BundledLibrary() {}

  /** Loads {@code linux/x64/org/lwjgl/PATH} for the life of the JVM. */
  static SymbolLookup load(String path) {
    try {
      Path copy = Files.createTempFile("smalloc4j-", ".so");
      try {
        copy(path, copy);
        return SymbolLookup.libraryLookup(copy, Arena.global());
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@code linux/x64/org/lwjgl/PATH} to {@code file}. */
  static void copy(String path, Path file) throws IOException {
    String resource = "/linux/x64/org/lwjgl/" + path;
    try (InputStream in = BundledLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource + " on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
