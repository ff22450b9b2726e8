package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.report.Environment;

class UnfinishedTest {

  private static final Answer PAIR = Samples.answer("pair", "smalloc4j", 1.0, 2.0);
  private static final Workload QUESTION = Question.all().getFirst();

  @TempDir private Path directory;

  @Test
  void anInterruptedRunGoesOn() throws IOException {
    Unfinished.open(directory, Samples.HERE).add(PAIR);
    Unfinished again = Unfinished.open(directory, Samples.HERE.at("later"));
    assertEquals(List.of(PAIR), again.answers());
    assertEquals("date", again.environment().date());
    assertTrue(again.has(QUESTION, Peer.of(TargetKind.SMALLOC4J)));
    assertFalse(again.has(QUESTION, Peer.of(TargetKind.GLIBC)));
  }

  @Test
  void anAnswerThatWasCutOffIsAskedAgain() throws IOException {
    Unfinished.open(directory, Samples.HERE).add(PAIR);
    Files.writeString(file(), "\n{\"workload\":\"pa", StandardOpenOption.APPEND);
    Unfinished again = Unfinished.open(directory, Samples.HERE);
    assertEquals(List.of(PAIR), again.answers());
    again.add(PAIR);
    assertEquals(2, Unfinished.open(directory, Samples.HERE).answers().size());
  }

  @Test
  void aRunOfAnotherCommitIsNotMixedIn() throws IOException {
    Unfinished.open(directory, Samples.HERE).add(PAIR);
    var other =
        new Environment("cpu", 2, "kernel", "jvm", "other", "date", Samples.HERE.command(), null);
    IOException refusal = assertThrows(IOException.class, () -> Unfinished.open(directory, other));
    assertTrue(
        refusal.getMessage().contains("delete it, or choose another --out"), refusal::getMessage);
  }

  @Test
  void aRunOfAnotherCommandIsKeptBesideIt() throws IOException {
    Unfinished.open(directory, Samples.HERE).add(PAIR);
    var other = new Environment("cpu", 2, "kernel", "jvm", "commit", "date", List.of("x"), null);
    Unfinished.open(directory, other).finish();
    assertEquals(List.of(PAIR), Unfinished.open(directory, Samples.HERE).answers());
  }

  @Test
  void aFinishedRunLeavesNothing() throws IOException {
    Unfinished run = Unfinished.open(directory, Samples.HERE);
    run.add(PAIR);
    run.finish();
    assertTrue(Unfinished.open(directory, Samples.HERE).answers().isEmpty());
  }

  private Path file() {
    return directory.resolve(Unfinished.fileOf(Samples.HERE.command()));
  }
}
