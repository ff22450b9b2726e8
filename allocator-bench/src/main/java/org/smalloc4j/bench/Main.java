package org.smalloc4j.bench;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The benchmarks' command line.
 *
 * <p>Exit status: 0 all went well; 1 an allocator failed or the run could not end; 2 the command
 * line or an input is wrong, and nothing was measured.
 */
@Command(
    name = "smalloc4j",
    description = "Measures smalloc4j beside the allocators a Java program could use instead.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = ProgramVersion.class,
    subcommands = {
      ReplayCommand.class,
      RecordCommand.class,
      BenchCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      AgeingCommand.class,
      ChurnCommand.class,
      DesignsCommand.class,
      SafepointsCommand.class,
      ScrapeCommand.class,
      StartupCommand.class,
      ThreadsCommand.class,
      TrimCommand.class,
      JmhCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(new MessageOfException());
    commandLine.setParameterExceptionHandler(new UsageError());
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().versionProvider(new ProgramVersion());
    }
    return commandLine;
  }

  /** The words of the command line that a subcommand was started with. */
  static List<String> commandOf(CommandSpec subcommand) {
    List<String> arguments = subcommand.commandLine().getParent().getParseResult().originalArgs();
    return Stream.concat(Stream.of("smalloc4j"), arguments.stream()).toList();
  }
}
