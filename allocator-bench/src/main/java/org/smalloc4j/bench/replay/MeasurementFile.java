package org.smalloc4j.bench.replay;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How a replay JVM hands its measurement to its parent: a JSON file, which appears whole or not at
 * all.
 */
final class MeasurementFile {

  private MeasurementFile() {}

  static void write(Path file, Measurement measurement) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).write(measurement, whole.toFile());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static Measurement read(Path file) throws IOException {
    return JSON.std.beanFrom(Measurement.class, file.toFile());
  }
}
