package org.smalloc4j.stress;

import org.smalloc4j.stress.model.ModelCommand;
import org.smalloc4j.stress.random.RandomCommand;
import org.smalloc4j.stress.random.VirtualCommand;
import org.smalloc4j.stress.revoke.RevokeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** Command line of what looks for errors that only threads can make. */
@Command(
    name = "smalloc4j stress",
    description = "Looks for errors that only threads can make.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelCommand.class,
      RandomCommand.class,
      RevokeCommand.class,
      VirtualCommand.class,
      Controls.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    commandLine.setParameterExceptionHandler((wrong, _) -> tell(wrong));
    return commandLine;
  }

  /** In one line, and where to read what is right. */
  private static int tell(ParameterException wrong) {
    String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
    String why = String.valueOf(wrong.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    wrong.getCommandLine().getErr().println(name + ": " + why + "; see " + name + " --help");
    return ExitCode.USAGE;
  }
}
