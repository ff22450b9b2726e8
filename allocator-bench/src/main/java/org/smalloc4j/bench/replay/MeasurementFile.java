package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How a replay JVM hands its measurement to its parent: a file, which appears whole or not at all.
 * In the form of Java's serialization: the classes of a JSON library take longer to load than a
 * short trace takes to replay.
 */
final class MeasurementFile {

  private MeasurementFile() {}

  static void write(Path file, Measurement measurement) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    try (var out = new ObjectOutputStream(Files.newOutputStream(whole))) {
      out.writeObject(measurement);
    }
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static Measurement read(Path file) throws IOException {
    try (var in = new ObjectInputStream(Files.newInputStream(file))) {
      return (Measurement) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("not written by this class path", e);
    }
  }
}
