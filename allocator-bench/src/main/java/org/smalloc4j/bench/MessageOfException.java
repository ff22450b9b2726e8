package org.smalloc4j.bench;

import java.io.IOException;
import org.smalloc4j.bench.trace.DamagedTraceException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns an exception a user can act on into one line; all others keep their stack trace. */
final class MessageOfException implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) throws Exception {
    if (!(exception instanceof IOException)) {
      throw exception;
    }
    boolean input = exception instanceof DamagedTraceException || exception instanceof UnusablePath;
    String message = input ? String.valueOf(exception.getMessage()) : exception.toString();
    commandLine.getErr().println(commandLine.getColorScheme().errorText(message));
    return input ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }
}
