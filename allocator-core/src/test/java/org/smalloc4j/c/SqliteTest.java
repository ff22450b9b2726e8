package org.smalloc4j.c;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.ChildJvm;

/** SQLite, configured before its initialisation, allocates here. */
@Tag("child-jvm")
class SqliteTest {
  @TempDir private Path directory;

  @Test
  void sqliteAndTheHeapAgreeToTheByteAndALimitIsSurvived()
      throws IOException, InterruptedException {
    CLibrary.need("libsqlite3.so.0", "libsqlite3-0");
    String output =
        new ChildJvm(directory)
            .options("-Xmx64m", "-XX:TieredStopAtLevel=1")
            .run(SqliteProgram.class)
            .succeeded()
            .output();
    long lengths = 0;
    for (int row = 2; row <= SqliteProgram.ROWS; row += 2) {
      lengths += ("row " + row).length();
    }
    assertEquals(lengths + " NOMEM", output);
  }
}
