package org.smalloc4j.bench.suite;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import org.smalloc4j.bench.report.WholeFile;

/** {@code results.json} and {@code report.html} of a benchmark run. */
public final class SuiteFiles {

  private final Path directory;

  public SuiteFiles(Path directory) {
    this.directory = directory;
  }

  public Path json() {
    return directory.resolve("results.json");
  }

  public Path html() {
    return directory.resolve("report.html");
  }

  public void write(Results results) throws IOException {
    String json =
        JSON.std
            .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
            .asString(results);
    WholeFile.write(json(), json + "\n");
    writeReport(results);
  }

  /** Writes the report alone. */
  public void writeReport(Results results) throws IOException {
    WholeFile.write(html(), new SuiteReport(results).html());
  }
}
