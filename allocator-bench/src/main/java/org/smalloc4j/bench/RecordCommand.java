package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.record.Recorder;
import org.smalloc4j.bench.trace.BundledTraces;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Records a program, for replay. */
@Command(
    name = "record",
    description = {
      "Runs COMMAND and writes all its calls of malloc, calloc, realloc, aligned allocation and"
          + " free to a trace that replay plays: smalloc4j record -- gcc -c file.c",
      "All threads are recorded, in the order in which the calls happened; they wait for each other"
          + " meanwhile. Child processes are not: name the program that does the work, not a script"
          + " that starts it. Linux with glibc and a C compiler; no static and no set-user-ID"
          + " programs, none with an allocator of its own."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the trace is written, whatever the program's status",
      "1:nothing was recorded",
      "2:usage"
    })
final class RecordCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The trace; default: the program's name with .atrace.gz.")
  private Path out = Path.of("");

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Stops recording after so many; default: ${DEFAULT-VALUE}.",
      defaultValue = "5000000")
  private long events;

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The program and its words.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws IOException {
    if (events < 1) {
      throw new ParameterException(spec.commandLine(), "--events must be at least 1");
    }
    Path file = out.toString().isEmpty() ? defaultFile() : out;
    if (!file.toString().endsWith(BundledTraces.SUFFIX)) {
      throw new ParameterException(
          spec.commandLine(), "--out must end with " + BundledTraces.SUFFIX);
    }
    if (Files.exists(file)) {
      throw new ParameterException(spec.commandLine(), file + " exists; choose another --out");
    }
    Recorder compiled =
        Recorder.compile()
            .orElseThrow(
                () ->
                    new IOException(
                        "no C compiler cc on the PATH (Debian: apt-get install gcc libc6-dev)"));
    try (Recorder recorder = compiled) {
      return write(recorder.record(command, events), file);
    }
  }

  private int write(Recorder.Recording recording, Path file) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    var trace = recording.trace();
    if (recording.status() != 0) {
      err.println("the program ended with status " + recording.status());
    }
    if (trace.events() == 0) {
      err.println(
          "no call was recorded: a static or set-user-ID program, or one with its own allocator?");
      return 1;
    }
    trace.write(file);
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT, "%s: %,d events, threads: %d", file, trace.events(), trace.threads()));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private Path defaultFile() {
    return Path.of(Path.of(command.getFirst()).getFileName() + BundledTraces.SUFFIX);
  }
}
