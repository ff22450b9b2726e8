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

  /** A thread that has no slab looks at all 56 of them, a round of a loop and a load for each. */
  private static final long LOOK_FOR_A_SLAB = 2 * 56;

  @Test
  void noCallTakesMoreStepsThanTheBound(@TempDir Path classes) throws IOException {
    SteppedClasses.writeTo(classes);
    var command = ChildJvm.Command.withHeap(256, List.of(), StepBoundProgram.class, List.of());
    var stepped =
        new ChildJvm.Command(
            command.launcher(),
            classes + File.pathSeparator + command.classPath(),
            command.options(),
            command.main(),
            command.args());
    List<String> most = new ChildJvm(Duration.ofMinutes(5)).run(stepped, new Lines());
    assertEquals(3, most.size(), most::toString);
    assertBounded(BOUND, "a malloc", most.get(0));
    assertBounded(BOUND, "a free", most.get(1));
    assertBounded(BOUND + LOOK_FOR_A_SLAB, "a thread's first malloc", most.get(2));
  }

  private static void assertBounded(long bound, String call, String steps) {
    assertTrue(Long.parseLong(steps) <= bound, () -> call + " takes " + steps + " steps");
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
