package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Temporary directories. Those that are left when this process ends, as by Ctrl-C, are deleted
 * then, after the processes that it has started have been ended: nothing writes to them any more.
 */
public final class Directories {

  private static final Set<Path> TEMPORARY = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Directories::deleteAll));
  }

  private Directories() {}

  /** A new one. */
  public static Path temporary(String prefix) throws IOException {
    Path directory = Files.createTempDirectory(prefix);
    TEMPORARY.add(directory);
    return directory;
  }

  /** Deletes a directory and everything in it. */
  public static void delete(Path directory) throws IOException {
    TEMPORARY.remove(directory);
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void deleteAll() {
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroyForcibly);
    children.stream().map(ProcessHandle::onExit).forEach(CompletableFuture::join);
    for (Path directory : List.copyOf(TEMPORARY)) {
      try {
        delete(directory);
      } catch (IOException e) {
        System.err.println("cannot delete " + directory + ": " + e);
      }
    }
  }
}
