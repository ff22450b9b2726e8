package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Temporary directories. Those that are left when this process ends, as by Ctrl-C, are deleted
 * then, after the processes that it has started have been ended: nothing writes to them any more.
 *
 * <p>Other threads run on while the JVM shuts down. So a directory is made and noted under one
 * lock, and none is made any more once the end has begun.
 */
public final class Directories {

  private static final Set<Path> TEMPORARY = new HashSet<>();
  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Directories::deleteAll));
  }

  private Directories() {}

  /**
   * A new one.
   *
   * @throws IOException if it cannot be made, or this process is ending
   */
  public static synchronized Path temporary(String prefix) throws IOException {
    if (ending) {
      throw new IOException("this process is ending");
    }
    Path directory = Files.createTempDirectory(prefix);
    TEMPORARY.add(directory);
    return directory;
  }

  /** Deletes a directory and everything in it, if that is not done yet. */
  public static synchronized void delete(Path directory) throws IOException {
    if (!TEMPORARY.remove(directory) && !Files.exists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static synchronized void deleteAll() {
    ending = true;
    endChildren();
    for (Path directory : List.copyOf(TEMPORARY)) {
      try {
        delete(directory);
      } catch (IOException e) {
        System.err.println("cannot delete " + directory + ": " + e);
      }
    }
    // One that was started since.
    endChildren();
  }

  private static void endChildren() {
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroyForcibly);
    children.stream().map(ProcessHandle::onExit).forEach(CompletableFuture::join);
  }
}
