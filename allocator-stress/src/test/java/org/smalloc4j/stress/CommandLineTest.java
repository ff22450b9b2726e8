package org.smalloc4j.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the commands below stress have in common. */
class CommandLineTest {

  private static Map<String, CommandLine> commands() {
    var commands = new TreeMap<String, CommandLine>();
    commands.put("stress", Main.commandLine());
    Main.commandLine().getSubcommands().forEach((name, it) -> commands.put("stress-" + name, it));
    return commands;
  }

  /** Which the script prints, because that needs no build. */
  @Test
  void theHelpInDocsIsWhatTheCommandsSay() throws IOException {
    Path said = Files.createDirectories(Path.of("target", "commands"));
    Path kept = Path.of("..", "docs", "commands");
    var wrong = new ArrayList<String>();
    for (var command : commands().entrySet()) {
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
    var err = new StringWriter();
    int status =
        Main.commandLine().setErr(new PrintWriter(err, true)).execute("random", "--seed", "many");
    assertEquals(2, status);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().endsWith("see smalloc4j stress random --help\n"), err::toString);
  }
}
