package org.smalloc4j.bench.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.TestCommandLine;
import org.smalloc4j.bench.trace.Trace;
import org.smalloc4j.bench.trace.TraceFormat;
import org.smalloc4j.bench.trace.TraceReader;

/** {@code record} of small C programs; sizes that nothing else asks for tell the calls. */
class RecordCommandTest {

  private static final String INCLUDES =
      """
      #define _GNU_SOURCE
      #include <pthread.h>
      #include <stdlib.h>
      #include <string.h>
      #include <unistd.h>
      #include <sys/wait.h>
      void *volatile keep;
      """;

  @TempDir private Path directory;
  private final StringWriter said = new StringWriter();

  @BeforeEach
  void needsACompiler() throws IOException, InterruptedException {
    boolean has;
    try {
      Process cc = new ProcessBuilder("cc", "--version").redirectErrorStream(true).start();
      cc.getInputStream().readAllBytes();
      has = cc.waitFor() == 0;
    } catch (IOException none) {
      has = false;
    }
    assumeTrue(has, "a C compiler is not on this machine");
  }

  @Test
  void everyKindOfCallIsRecordedInItsOrder() throws Exception {
    Trace trace =
        recorded(
            """
            int main(void) {
              void *a = keep = malloc(10001);
              void *b = keep = calloc(3, 10002);
              a = keep = realloc(a, 10003);
              void *c;
              if (posix_memalign(&c, 64, 10004)) return 1;
              free(b);
              c = keep = reallocarray(c, 2, 10005);
              free(a);
              free(c);
              keep = malloc(10006);
              _exit(0);
            }
            """);
    assertEquals(
        List.of(
            "malloc 10001 0",
            "calloc 30006 0",
            "realloc 10003 0",
            "aligned allocation 10004 6",
            "free of 30006",
            "realloc 20010 0",
            "free of 10003",
            "free of 20010",
            "malloc 10006 0"),
        callsOf(trace, 10000, 40000));
  }

  @Test
  void aFreeByAnotherThreadComesAfterItsMalloc() throws Exception {
    Trace trace =
        recorded(
            """
            static void *other(void *block) {
              for (int i = 0; i < 1000; i++) {
                free(block);
                block = malloc(20002);
              }
              free(block);
              return NULL;
            }
            int main(void) {
              pthread_t threads[4];
              for (int i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, other, malloc(20001));
              for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
              return 0;
            }
            """);
    // That each id is allocated before it is freed, and once, the reader has checked.
    List<String> calls = callsOf(trace, 20000, 20010);
    assertEquals(4, calls.stream().filter("malloc 20001 0"::equals).count());
    assertEquals(4, calls.stream().filter("free of 20001"::equals).count());
    assertEquals(4000, calls.stream().filter("malloc 20002 0"::equals).count());
    assertEquals(4000, calls.stream().filter("free of 20002"::equals).count());
    assertEquals(5, trace.threads());
  }

  @Test
  void aChildIsNotRecordedAndTheParentGoesOn() throws Exception {
    Trace trace =
        recorded(
            """
            int main(int argc, char **argv) {
              if (argc > 1) {
                keep = malloc(30003);
                return 0;
              }
              keep = malloc(30001);
              if (fork() == 0) {
                keep = malloc(30002);
                execl(argv[0], argv[0], "again", NULL);
              }
              wait(NULL);
              keep = malloc(30004);
              return 0;
            }
            """);
    assertEquals(List.of("malloc 30001 0", "malloc 30004 0"), callsOf(trace, 30000, 30010));
  }

  @Test
  void whatTheProcessTurnsIntoIsRecorded() throws Exception {
    Trace trace =
        recorded(
            """
            int main(int argc, char **argv) {
              keep = malloc(argc > 1 ? 31002 : 31001);
              if (argc == 1) execl(argv[0], argv[0], "again", NULL);
              return 0;
            }
            """);
    assertEquals(List.of("malloc 31002 0"), callsOf(trace, 31000, 31010));
  }

  @Test
  void recordingStopsAfterTheEventsAskedFor() throws Exception {
    Path program =
        compiled("int main(void) { for (int i = 0; i < 100000; i++) keep = malloc(8); return 0; }");
    Path file = directory.resolve("cut.atrace.gz");
    assertEquals(0, run("record", "--events=70000", "--out=" + file, "--", program.toString()));
    assertEquals(70_000, TraceReader.read(file).events());
  }

  @Test
  void aProgramThatFailsIsRecordedAndItsStatusTold() throws Exception {
    Path program = compiled("int main(void) { keep = malloc(8); return 3; }");
    Path file = directory.resolve("three.atrace.gz");
    assertEquals(0, run("record", "--out=" + file, "--", program.toString()));
    assertTrue(said.toString().contains("status 3"), said::toString);
    assertTrue(said.toString().contains("three.atrace.gz: "), said::toString);
  }

  @Test
  void whatCannotBeRecordedIsTold() {
    Path file = directory.resolve("none.atrace.gz");
    assertEquals(1, run("record", "--out=" + file, "--", "/no/such/program"));
    assertTrue(said.toString().contains("/no/such/program"), said::toString);
    assertFalse(Files.exists(file));
    assertEquals(2, run("record", "--out=x.txt", "--", "true"));
    assertTrue(said.toString().contains("--out must end with .atrace.gz"), said::toString);
    assertEquals(2, run("record", "--events=0", "--", "true"));
    assertTrue(said.toString().contains("--events must be at least 1"), said::toString);
  }

  @Test
  void aFileThatExistsIsNotReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("old.atrace.gz"), "old");
    assertEquals(2, run("record", "--out=" + file, "--", "true"));
    assertEquals("old", Files.readString(file));
  }

  private int run(String... arguments) {
    return TestCommandLine.execute(new PrintWriter(said), arguments);
  }

  private Trace recorded(String source) throws Exception {
    Path program = compiled(source);
    Path file = directory.resolve("program.atrace.gz");
    assertEquals(0, run("record", "--out=" + file, "--", program.toString()), said::toString);
    return TraceReader.read(file);
  }

  private Path compiled(String source) throws IOException, InterruptedException {
    Path text = Files.writeString(directory.resolve("program.c"), INCLUDES + source);
    Path program = directory.resolve("program");
    Process cc =
        new ProcessBuilder("cc", "-O1", "-pthread", "-o", program.toString(), text.toString())
            .inheritIO()
            .start();
    assertEquals(0, cc.waitFor());
    return program;
  }

  /** The calls on blocks whose sizes lie between two, in words. */
  private static List<String> callsOf(Trace trace, long least, long most) {
    var calls = new ArrayList<String>();
    for (int event = 0; event < trace.events(); event++) {
      byte op = trace.ops()[event];
      long size = op == TraceFormat.FREE ? trace.sizesBefore()[event] : trace.sizes()[event];
      if (size > least && size < most) {
        calls.add(
            op == TraceFormat.FREE
                ? "free of " + size
                : TraceFormat.name(op) + " " + size + " " + trace.alignLog2()[event]);
      }
    }
    return calls;
  }
}
