package org.smalloc4j.bench.designs;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.smalloc4j.bench.report.WholeFile;

/** {@code designs.json} and the charts of a run. */
public final class DesignFiles {

  private final Path directory;

  public DesignFiles(Path directory) {
    this.directory = directory;
  }

  public Path json() {
    return directory.resolve("designs.json");
  }

  public void write(DesignResults results) throws IOException {
    Files.createDirectories(directory);
    String json =
        JSON.std
            .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
            .asString(results);
    WholeFile.write(json(), json + "\n");
    for (Map.Entry<String, String> chart : new DesignCharts(results).all().entrySet()) {
      WholeFile.write(directory.resolve(chart.getKey()), chart.getValue());
    }
  }
}
