package org.smalloc4j.bench.designs;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM found out.
 *
 * @param failure why there is nothing, null if there is something
 * @param figures by name
 */
record Findings(@Nullable String failure, Map<String, Double> figures) {

  static Findings of(Map<String, Double> figures) {
    return new Findings(null, figures);
  }

  static Findings failed(String why) {
    return new Findings(why, Map.of());
  }

  /** The file appears whole or not at all. */
  void write(Path file) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).write(this, whole.toFile());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static Findings read(Path file) throws IOException {
    return JSON.std.beanFrom(Findings.class, file.toFile());
  }
}
