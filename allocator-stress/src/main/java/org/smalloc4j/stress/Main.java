package org.smalloc4j.stress;

import org.smalloc4j.stress.model.ModelCommand;
import org.smalloc4j.stress.random.RandomCommand;
import org.smalloc4j.stress.random.VirtualCommand;
import org.smalloc4j.stress.revoke.RevokeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
