package org.smalloc4j.bench.allocator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An allocator that is no dependency of this project: a shared library of this machine.
 *
 * @param prefix what its functions' names have before malloc, calloc, memalign, realloc and free
 */
public record InstalledLibrary(Path file, String prefix) {

  private static final String PROPERTY = "smalloc4j.bench.library";
  private static final String SEPARATOR = ",";

  private static final List<Path> TCMALLOC =
      Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")
          .map(directory -> Path.of(directory, "libtcmalloc_minimal.so.4"))
          .toList();

  /** gperftools' tcmalloc, where its package is installed. */
  static Optional<InstalledLibrary> tcmalloc() {
    return TCMALLOC.stream()
        .filter(Files::exists)
        .findFirst()
        .map(file -> new InstalledLibrary(file, "tc_"));
  }

  /**
   * Of the form {@code FILE,PREFIX}.
   *
   * @throws IllegalArgumentException if it has another form, or there is no such file
   */
  public static InstalledLibrary parse(String text) {
    String[] parts = text.split(SEPARATOR, -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not of the form FILE,PREFIX, for example /opt/lib/libjemalloc.so,je_");
    }
    Path file = Path.of(parts[0]).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("there is no file " + file);
    }
    return new InstalledLibrary(file, parts[1]);
  }

  /** The one that this JVM was started with. */
  static InstalledLibrary ofThisJvm() {
    return parse(System.getProperty(PROPERTY, ""));
  }

  /** The one that this JVM was started with, or that {@link #choose} chose. */
  static Optional<InstalledLibrary> chosen() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(InstalledLibrary::parse);
  }

  /** Makes this the library of the allocator {@code other} for the rest of this JVM's life. */
  public void choose() {
    System.setProperty(PROPERTY, text());
  }

  /** The option by which a JVM is started with it. */
  String jvmOption() {
    return "-D" + PROPERTY + "=" + text();
  }

  private String text() {
    return file + SEPARATOR + prefix;
  }
}
