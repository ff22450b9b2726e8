package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.TestCommandLine;
import org.smalloc4j.bench.process.SystemCalls;

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
    assertFalse(Files.exists(directory.resolve("unfinished.jsonl")));
    assertTrue(said.toString().contains("[1/8] pair beside another's: smalloc4j"), said::toString);
    assertTrue(said.toString().contains("where smalloc4j ranks"), said::toString);
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
    assumeTrue(SystemCalls.canBeCounted(), "no strace");
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
    Path library = compiled("__builtin_trap(); return 0;");
    int status = brokenBeside(library, "--timeout=60");
    assertEquals(1, status, said::toString);
    assertTrue(failure("hs, 2 threads", "other").contains("SIGILL"), said::toString);
    assertTrue(failure("pair", "other").contains("exit code 134"), failure("pair", "other"));
    assertTrue(
        failure("pair", "other in C").contains("died of signal 4"), failure("pair", "other in C"));
    assertNotNull(answer("pair", "glibc-critical").estimate());
  }

  @Test
  void anAllocatorThatHangsIsReportedAndTheRestMeasured() throws IOException {
    Path library = compiled("for (;;) sleep(1);");
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
        "--other=" + library + ",broken_",
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

  /** A shared library whose malloc does that. */
  private Path compiled(String body) throws IOException {
    Path source = directory.resolve("broken.c");
    Path library = directory.resolve("broken.so");
    Files.writeString(
        source,
        """
        #include <stddef.h>
        #include <unistd.h>
        void *broken_malloc(size_t size) { %s }
        void *broken_calloc(size_t n, size_t size) { return broken_malloc(n * size); }
        void *broken_memalign(size_t a, size_t size) { return broken_malloc(a + size); }
        void *broken_realloc(void *p, size_t size) { return p ? p : broken_malloc(size); }
        void broken_free(void *p) { (void)p; }
        """
            .replace("%s", body));
    try {
      Process cc =
          new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
              .inheritIO()
              .start();
      assertEquals(0, cc.waitFor());
    } catch (IOException e) {
      assumeTrue(false, "no cc");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return library;
  }
}
