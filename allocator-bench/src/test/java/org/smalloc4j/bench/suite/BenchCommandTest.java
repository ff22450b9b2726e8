package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.TestCommandLine;
import org.smalloc4j.bench.process.SystemCalls;
import org.smalloc4j.bench.report.Environment;

/** The command {@code bench}, with allocators that work, crash and hang. */
class BenchCommandTest {

  private final StringWriter said = new StringWriter();

  @TempDir private Path directory;

  @AfterEach
  void forgetTheOtherLibrary() {
    System.clearProperty("smalloc4j.bench.library");
  }

  private int bench(String... arguments) {
    var all = new ArrayList<>(List.of("bench", "quick", "--out=" + directory));
    all.addAll(List.of(arguments));
    return TestCommandLine.execute(new PrintWriter(said), all.toArray(String[]::new));
  }

  private Results results() throws IOException {
    return Results.read(directory.resolve("results.json"));
  }

  @Test
  void eachKindOfWorkloadIsMeasured() throws IOException {
    int status =
        bench(
            "--allocator=smalloc4j",
            "--allocator=glibc-critical",
            "--workload=pair beside",
            "--workload=hs, 2 threads",
            "--workload=trace sqlite",
            "--workload=start-up, AOT");
    assertEquals(0, status, said::toString);
    assertEquals(8, results().answers().size());
    for (Answer answer : results().answers()) {
      Estimate estimate = answer.estimate();
      assertNotNull(estimate, answer::toString);
      assertTrue(estimate.value() > 0.1 && estimate.value() < 10_000, answer::toString);
    }
    assertTrue(Files.exists(directory.resolve("report.html")));
    try (Stream<Path> files = Files.list(directory)) {
      assertTrue(files.noneMatch(file -> file.toString().contains("unfinished")));
    }
    assertTrue(said.toString().contains("[1/8] pair beside another's: smalloc4j"), said::toString);
    assertTrue(said.toString().contains("where smalloc4j ranks"), said::toString);
  }

  @Test
  void aRunThatWasInterruptedGoesOn() throws IOException {
    var arguments = List.of("--allocator=glibc-critical", "--workload=pair", "--workload=mleak");
    var command = new ArrayList<>(List.of("smalloc4j", "bench", "quick", "--out=" + directory));
    command.addAll(arguments);
    Answer pair = Samples.answer("pair", "glibc-critical", 123.0);
    Unfinished.open(directory, Environment.now(command)).add(pair);
    assertEquals(0, bench(arguments.toArray(String[]::new)), said::toString);
    assertTrue(said.toString().contains("1 of 2 measurements are there"), said::toString);
    assertEquals(pair, results().answers().getFirst());
    assertEquals("mleak", results().answers().getLast().workload());
  }

  @Test
  void anOwnersPairWritesNothingSharedAndTheSharedWordsTwoWords() throws IOException {
    int status =
        bench("--allocator=smalloc4j", "--allocator=smalloc4j-shared", "--workload=glibc-simple");
    assertEquals(0, status, said::toString);
    List<Answer> answers = results().answers();
    assertEquals(0, sharedWrites(answers.get(0)), 0.001);
    // A malloc and a free, each a swap of the head word, and one thread only.
    assertEquals(2, sharedWrites(answers.get(1)), 0.001);
  }

  @Test
  void systemCallsAreCountedFromJavaAndFromC() throws IOException {
    assumeTrue(SystemCalls.canBeCounted(), "strace is not on this machine");
    int status =
        bench(
            "--system-calls",
            "--allocator=glibc in C",
            "--allocator=smalloc4j",
            "--workload=mleak",
            "--workload=glibc-simple");
    assertEquals(0, status, said::toString);
    // A thread's stack for a thousand blocks, and what a JVM does for a thread.
    assertEquals(0.001, systemCalls("mleak", "glibc in C"), 0.0005);
    assertEquals(0.004, systemCalls("mleak", "smalloc4j"), 0.003);
    assertEquals(0, systemCalls("glibc-simple", "smalloc4j"), 0.0005);
  }

  private double systemCalls(String workload, String allocator) throws IOException {
    return answer(workload, allocator).also().getOrDefault(Figure.SYSTEM_CALLS.key(), Double.NaN);
  }

  private static double sharedWrites(Answer answer) {
    return answer.also().getOrDefault(Figure.SHARED_WRITES.key(), -1.0);
  }

  @Test
  void anAllocatorThatCrashesIsReportedAndTheRestMeasured() throws IOException {
    Path library = BrokenLibrary.compile(directory, "__builtin_trap(); return 0;");
    int status = brokenBeside(library, "--timeout=60");
    assertEquals(1, status, said::toString);
    assertTrue(failure("hs, 2 threads", "other").contains("SIGILL"), said::toString);
    try (Stream<Path> files = Files.list(Path.of(""))) {
      assertTrue(files.noneMatch(file -> file.toString().startsWith("hs_err")));
    }
    assertTrue(failure("pair", "other").contains("exit code 134"), failure("pair", "other"));
    assertTrue(
        failure("pair", "other in C").contains("died of signal 4"), failure("pair", "other in C"));
    assertNotNull(answer("pair", "glibc-critical").estimate());
  }

  @Test
  void anAllocatorThatHangsIsReportedAndTheRestMeasured() throws IOException {
    Path library = BrokenLibrary.compile(directory, "for (;;) sleep(1);");
    int status = brokenBeside(library, "--timeout=5");
    assertEquals(1, status, said::toString);
    for (String peer : List.of("other", "other in C")) {
      assertEquals("no end after 5.0 s", failure("pair", peer));
      assertEquals("no end after 5.0 s", failure("hs, 2 threads", peer));
    }
    assertNotNull(answer("pair", "glibc-critical").estimate());
  }

  private int brokenBeside(Path library, String timeout) {
    return bench(
        "--other=" + library + "," + BrokenLibrary.PREFIX,
        "--allocator=other",
        "--allocator=other in C",
        "--allocator=glibc-critical",
        "--workload=pair",
        "--workload=hs, 2 threads",
        timeout);
  }

  private Answer answer(String workload, String allocator) throws IOException {
    return results().answers().stream()
        .filter(a -> a.workload().equals(workload) && a.allocator().equals(allocator))
        .findFirst()
        .orElseThrow();
  }

  private String failure(String workload, String allocator) throws IOException {
    return String.valueOf(answer(workload, allocator).failure());
  }
}
