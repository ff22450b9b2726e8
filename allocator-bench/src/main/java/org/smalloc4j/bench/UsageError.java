package org.smalloc4j.bench;

import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, and where to read what is right. */
final class UsageError implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(
            command
                .getColorScheme()
                .errorText(name + ": " + reason(exception) + "; see " + name + " --help"));
    return ExitCode.USAGE;
  }

  private static String reason(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    if (exception instanceof UnmatchedArgumentException unmatched
        && command.getParent() == null
        && !unmatched.getUnmatched().isEmpty()) {
      return "no command \""
          + unmatched.getUnmatched().getFirst()
          + "\", there are: "
          + command.getSubcommands().keySet().stream().sorted().collect(Collectors.joining(", "));
    }
    return String.valueOf(exception.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }
}
