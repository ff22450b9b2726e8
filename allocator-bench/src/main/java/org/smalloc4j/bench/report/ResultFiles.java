package org.smalloc4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code results.json} and {@code report.html} of a run; each appears whole or not at all. */
public final class ResultFiles {

  private final Path directory;

  public ResultFiles(Path directory) {
    this.directory = directory;
  }

  public Path json() {
    return directory.resolve("results.json");
  }

  public Path html() {
    return directory.resolve("report.html");
  }

  public void write(ReplayResults results) throws IOException {
    Files.createDirectories(directory);
    String json =
        JSON.std
            .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
            .asString(results);
    WholeFile.write(json(), json + "\n");
    writeReport(results);
  }

  /** Writes the report alone. */
  public void writeReport(ReplayResults results) throws IOException {
    Files.createDirectories(directory);
    WholeFile.write(html(), ReplayReport.of(results));
  }
}
