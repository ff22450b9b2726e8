package org.smalloc4j.bench;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The directory that a command's files go to. */
final class OutputDirectory {

  private OutputDirectory() {}

  /**
   * Makes it, and a file in it, which is deleted again: that it cannot be written is known before
   * anything is measured.
   *
   * @return its absolute path
   * @throws UnusablePath if it cannot be made or written
   */
  static Path ready(Path directory) throws UnusablePath {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.delete(Files.createTempFile(absolute, ".writable", null));
      return absolute;
    } catch (IOException e) {
      throw new UnusablePath(
          "--out: cannot write to " + absolute + ": " + reasonOf(e) + "; nothing was measured", e);
    }
  }

  private static String reasonOf(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException file -> "it is a file";
      case NoSuchFileException none -> "no directory can be made there";
      case FileSystemException other when other.getReason() != null ->
          String.valueOf(other.getReason());
      default -> e.toString();
    };
  }
}
