package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An allocator in C that is broken on purpose. */
final class BrokenLibrary {

  static final String PREFIX = "broken_";

  private BrokenLibrary() {}

  /** Compiles a shared library whose malloc of {@code size} bytes does that. */
  static Path compile(Path directory, String malloc) throws IOException {
    Path source = directory.resolve("broken.c");
    Path library = directory.resolve("broken.so");
    Files.writeString(
        source,
        """
        #include <stdio.h>
        #include <stdlib.h>
        #include <unistd.h>
        void *broken_malloc(size_t size) { MALLOC }
        void *broken_calloc(size_t n, size_t size) { return broken_malloc(n * size); }
        void *broken_memalign(size_t a, size_t size) { return broken_malloc(a + size); }
        void *broken_realloc(void *p, size_t size) { return p ? p : broken_malloc(size); }
        void broken_free(void *p) { (void)p; }
        """
            .replace("MALLOC", malloc));
    Process cc;
    try {
      cc =
          new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
              .inheritIO()
              .start();
    } catch (IOException e) {
      assumeTrue(false, "a C compiler is not on this machine");
      throw e;
    }
    try {
      assertEquals(0, cc.waitFor());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return library;
  }
}
