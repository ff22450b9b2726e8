package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a single call does is bounded; counts of the shipped classes, so no clock. */
class StepBoundTest {

  private static final long BOUND = 256;

  @Test
  void noCallOfAThreadAloneTakesMoreStepsThanTheBound(@TempDir Path classes) throws IOException {
    SteppedClasses.writeTo(classes);
    var command =
        ChildJvm.Command.withHeap(256, List.of(), StepBoundProgram.class, List.of());
    var stepped =
        new ChildJvm.Command(
            command.launcher(),
            classes + File.pathSeparator + command.classPath(),
            command.options(),
            command.main(),
            command.args());
    List<String> most = new ChildJvm(Duration.ofMinutes(5)).run(stepped, new Lines());
    assertEquals(2, most.size(), most::toString);
    assertTrue(Long.parseLong(most.get(0)) <= BOUND, () -> "a malloc takes " + most.get(0));
    assertTrue(Long.parseLong(most.get(1)) <= BOUND, () -> "a free takes " + most.get(1));
  }

  private static final class Lines implements ChildJvm.Results<List<String>> {
    @Override
    public List<String> read(Path file) throws IOException {
      return Files.readAllLines(file);
    }

    @Override
    public List<String> failed(String why) {
      return List.of(why);
    }
  }
}
