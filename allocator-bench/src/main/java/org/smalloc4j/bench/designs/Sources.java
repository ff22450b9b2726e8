package org.smalloc4j.bench.designs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.trace.BundledTraces;

/**
 * The sources of the library: how much of it is one design?
 *
 * <p>A class needs those that its code names, and what they need. Lines of a design are those of
 * the files that its class needs, but for what {@link Allocator} needs, which is the same for all:
 * arenas, segments, statistics.
 */
final class Sources {

  private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+);", Pattern.MULTILINE);

  private final Path root;
  private final Map<Path, String> codes = new HashMap<>();

  /** Sources below a directory: {@code org/smalloc4j/Smalloc.java} and so on. */
  Sources(Path root) {
    this.root = root;
  }

  /** Those beside the directory that this program was started from, if they are there. */
  static Optional<Sources> ofProject() {
    for (Path at = BundledTraces.codeDirectory(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("allocator-core/src/main/java");
      if (Files.isDirectory(candidate)) {
        return Optional.of(new Sources(candidate));
      }
    }
    return Optional.empty();
  }

  /** Lines of code of what a class needs and {@link Allocator} does not. */
  int linesOf(Class<?> type) throws IOException {
    // Arenas ask for Smalloc, to be faster there.
    Set<Path> common = needs(file(Allocator.class), Set.of(file(Smalloc.class)));
    int lines = 0;
    for (Path file : needs(file(type), common)) {
      lines += SourceText.codeLines(Files.readString(file));
    }
    return lines;
  }

  private Path file(Class<?> type) {
    return root.resolve(type.getName().replace('.', '/') + ".java");
  }

  /** A file and all that its code leads to, without some files and what only they lead to. */
  Set<Path> needs(Path first, Set<Path> without) throws IOException {
    Set<Path> needed = new HashSet<>(Set.of(first));
    var open = new ArrayDeque<>(needed);
    while (!open.isEmpty()) {
      for (Path named : namedIn(open.remove())) {
        if (!without.contains(named) && needed.add(named)) {
          open.add(named);
        }
      }
    }
    return needed;
  }

  /** The files of the types that a file names, of its own package or imported. */
  private Set<Path> namedIn(Path file) throws IOException {
    String code = codes.get(file);
    if (code == null) {
      code = SourceText.code(Files.readString(file));
      codes.put(file, code);
    }
    Set<Path> named = new HashSet<>();
    var imports = IMPORT.matcher(code);
    while (imports.find()) {
      imported(imports.group(1)).ifPresent(named::add);
    }
    var names = NAME.matcher(code);
    while (names.find()) {
      Path neighbour = file.resolveSibling(names.group() + ".java");
      if (Files.exists(neighbour)) {
        named.add(neighbour);
      }
    }
    return named;
  }

  /** The file of an imported type, or of the one that an imported member is of. */
  private Optional<Path> imported(String name) {
    for (String at = name; at.contains("."); at = at.substring(0, at.lastIndexOf('.'))) {
      Path candidate = root.resolve(at.replace('.', '/') + ".java");
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
