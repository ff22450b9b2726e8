package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.bench.allocator.CLibrary;
import org.smalloc4j.bench.micro.PairBenchmark;
import org.smalloc4j.bench.program.ProgramKind;

class CDriverTest {

  private static final Peer GLIBC = Peer.of(CLibrary.all().getFirst());

  @TempDir private Path directory;
  private Tools tools;

  @BeforeEach
  void compile() throws IOException {
    tools = new Tools(BenchSet.QUICK, Duration.ofMinutes(1), false);
    assumeTrue(tools.driver().isPresent(), "a C compiler is not on this machine");
  }

  @AfterEach
  void close() throws IOException {
    tools.close();
  }

  @Test
  void everyQuestionThatIsAskedInCHasAnAnswer() throws IOException {
    for (Question question : Question.all()) {
      if (question.suits(GLIBC)) {
        check(question.ask(GLIBC, tools));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyProgramRuns(ProgramKind kind) throws IOException {
    Answer answer =
        new ProgramWorkload(kind, kind.threads().getFirst(), BenchSet.QUICK).ask(GLIBC, tools);
    check(answer);
    assertTrue(answer.also().containsKey(Figure.FAULTS.key()));
  }

  @Test
  void everyLibraryRuns() throws IOException {
    for (CLibrary library : CLibrary.all()) {
      check(new ProgramWorkload(ProgramKind.ADRWW, 2, BenchSet.QUICK).ask(Peer.of(library), tools));
    }
  }

  @Test
  void whatTheProgramRefusesIsAFailure() throws IOException {
    var unknown =
        new Question(
            "odd",
            "no such thing",
            BenchSet.QUICK,
            PairBenchmark.class,
            "pair",
            Map.of(),
            List.of("odd"),
            Question.Need.NOTHING);
    assertEquals("odd: no such benchmark", unknown.ask(GLIBC, tools).failure());
  }

  @Test
  void aDriverThatDiesAfterSomeRoundsHasFailed() throws IOException {
    Answer answer =
        new ProgramWorkload(ProgramKind.FREE_HOT, 1, BenchSet.QUICK).ask(dying(), tools);
    String failure = String.valueOf(answer.failure());
    assertTrue(failure.startsWith("ns/op "), failure);
    assertTrue(failure.endsWith(" the C driver died of signal 4"), failure);
  }

  /** Traps at a malloc by which some rounds have been told of. */
  private Peer dying() throws IOException {
    Path library =
        BrokenLibrary.compile(
            directory,
            """
            static long calls;
            if (++calls == 900000) {
              fflush(stdout);
              __builtin_trap();
            }
            return malloc(size);
            """);
    List<String> functions =
        Stream.of("malloc", "calloc", "memalign", "realloc", "free")
            .map(name -> BrokenLibrary.PREFIX + name)
            .toList();
    return Peer.of(new CLibrary("dying", null, library, "-", functions));
  }

  private static void check(Answer answer) {
    assertNull(answer.failure(), answer.workload());
    Estimate estimate = answer.estimate();
    assertNotNull(estimate);
    assertTrue(estimate.value() > 0, answer.workload());
  }
}
