package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.allocator.Versions;
import org.smalloc4j.bench.process.ChildJvm;
import org.smalloc4j.bench.trace.TraceFile;
import picocli.CommandLine;

/** What all commands have in common. */
class CommandLineTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private int execute(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void everyCommandsHelpIsText() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      if (!command.equals("jmh")) { // JMH's own
        assertEquals(0, execute(command, "--help"), command);
      }
    }
    assertFalse(out.toString().contains("%%") || out.toString().contains("%n"), out::toString);
    assertTrue(out.toString().contains("covers 99 % by Student's t"), out::toString);
    assertEquals("", err.toString());
  }

  @Test
  void theScriptsHelpNamesEveryCommand() throws IOException {
    String script = Files.readString(Path.of("..", "smalloc4j"));
    String help = script.substring(script.indexOf("<<'END'"), script.indexOf("\nEND\n"));
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(help.contains("\n  " + command + " "), command + " is missing in " + help);
      assertTrue(script.matches("(?s).*\\|? " + command + " \\|.*"), command);
    }
  }

  /** Which the script prints, because that needs no build. */
  @Test
  void theHelpInDocsIsWhatTheCommandsSay() throws IOException {
    Path said = Files.createDirectories(Path.of("target", "commands"));
    Path kept = Path.of("..", "docs", "commands");
    var wrong = new ArrayList<String>();
    for (var command : Main.commandLine().getSubcommands().entrySet()) {
      String file = command.getKey() + ".txt";
      String help = command.getValue().getUsageMessage(CommandLine.Help.Ansi.OFF);
      Files.writeString(said.resolve(file), help);
      if (!Files.exists(kept.resolve(file)) || !Files.readString(kept.resolve(file)).equals(help)) {
        wrong.add(file);
      }
    }
    assertEquals(List.of(), wrong, "copy " + said.toAbsolutePath() + " to docs");
  }

  @Test
  void aUsageErrorIsOneLine() {
    assertEquals(2, execute("replay", "--rounds", "many"));
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains("'many' is not an int"), err::toString);
    assertTrue(err.toString().endsWith("see smalloc4j replay --help\n"), err::toString);
  }

  @Test
  void aWrongOptionOfJmhIsAUsageErrorToo() {
    for (String[] wrong : new String[][] {{"--none"}, {"-f", "x"}, {"-bm", "none"}}) {
      err.getBuffer().setLength(0);
      assertEquals(
          2, execute(Stream.concat(Stream.of("jmh"), Stream.of(wrong)).toArray(String[]::new)));
      assertEquals(1, err.toString().lines().count(), err::toString);
      assertTrue(err.toString().endsWith("see smalloc4j jmh --help\n"), err::toString);
    }
  }

  @Test
  void everyCommandTellsTheVersion() {
    Set<String> commands = Main.commandLine().getSubcommands().keySet();
    for (String command : commands) {
      if (!command.equals("jmh")) { // all its options are JMH's
        assertEquals(0, execute(command, "--version"), command);
      }
    }
    assertEquals(
        commands.size() - 1,
        out.toString().lines().filter(("smalloc4j " + Versions.SMALLOC4J)::equals).count(),
        out::toString);
  }

  @Test
  void anUnknownCommandIsNamed() {
    assertEquals(2, execute("rpelay"));
    assertTrue(err.toString().startsWith("smalloc4j: no command \"rpelay\", there are: ageing"));
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void anOutputDirectoryThatCannotBeWrittenIsToldBeforeAnythingIsMeasured() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    String trace = new TraceFile().malloc(0, 0, 8).write(directory).toString();
    for (String out : new String[] {file.toString(), "/proc/none"}) {
      assertEquals(2, execute("replay", trace, "--out", out), err::toString);
    }
    assertEquals(2, execute("bench", "quick", "--workload=pair", "--out=" + file));
    assertEquals(3, err.toString().lines().count(), err::toString);
    assertTrue(
        err.toString().contains("cannot write to " + file + ": it is a file"), err::toString);
  }

  @Test
  void aRunThatIsInterruptedLeavesNoTemporaryDirectory() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Process run =
        new ProcessBuilder(
                ChildJvm.java().toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "replay",
                "--trace=gcc",
                "--allocator=smalloc4j",
                "--out=" + directory)
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"))
            .start();
    while (run.isAlive() && isEmpty(temporary)) {
      Thread.onSpinWait();
    }
    assertTrue(run.isAlive(), "it ended by itself");
    run.destroy();
    assertTrue(run.waitFor(30, TimeUnit.SECONDS));
    assertTrue(isEmpty(temporary));
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
