package org.smalloc4j.bench.trace;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The traces of the module's {@code traces} directory, found from where its classes were loaded.
 * Those in its directory {@code more} are found by name, and not listed.
 */
public final class BundledTraces {

  public static final String SUFFIX = ".atrace.gz";

  /** {@code target/classes} and {@code target/NAME.jar} are at most this deep in the module. */
  private static final int DEPTH = 3;

  private BundledTraces() {}

  /** All bundled traces by name; empty if the module's directory is not there. */
  public static List<Path> list() throws IOException {
    Path directory = directory();
    if (directory == null) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /** The bundled trace of that name. */
  public static Optional<Path> find(String name) throws IOException {
    Path directory = directory();
    return directory == null
        ? Optional.empty()
        : Stream.of(directory, directory.resolve("more"))
            .map(parent -> parent.resolve(name + SUFFIX))
            .filter(Files::isRegularFile)
            .findFirst();
  }

  /** What was recorded in the bundled trace of that name; empty of another. */
  public static String whatRan(String name) {
    return switch (name) {
      case "ffmpeg" -> "8 s of a test picture encoded as MPEG-4: few, large, aligned blocks";
      case "gcc" ->
          "cc1plus on C++ with regex, maps, algorithms: small blocks, half of them calloc";
      case "node" ->
          "Node.js, 3,000 concurrent zlib jobs: large blocks, some freed by other threads";
      case "rocksdb" -> "db_bench: fill, read, overwrite: 17 to 32 bytes, 39 threads";
      case "sqlite" -> "insert, group, update, delete, join in memory: freed at exit";
      case "tcc" -> "Tiny C compiler on 1,500 functions";
      case "lua" -> "Lua: words, tables, strings";
      case "pdftotext" -> "the text of a PDF of 14 chapters";
      case "xmllint" -> "an XML tree of 4,000 items and a question in XPath";
      case "redis" -> "redis-server under redis-benchmark: strings, lists, sets, hashes";
      default -> "";
    };
  }

  /** The directory the classes of this module were loaded from, or that of their jar. */
  public static Path codeDirectory() {
    try {
      Path code =
          Path.of(BundledTraces.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path parent = code.getParent();
      return Files.isDirectory(code) || parent == null ? code : parent;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Path directory() {
    Path at = codeDirectory();
    for (int i = 0; i < DEPTH && at != null; i++, at = at.getParent()) {
      Path candidate = at.resolve("traces");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
