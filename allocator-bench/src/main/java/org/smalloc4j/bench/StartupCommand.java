package org.smalloc4j.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.process.JarClassPath;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import org.smalloc4j.bench.start.FirstBlock;
import org.smalloc4j.bench.start.StartedJvm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the time from the start of a JVM to its first block. */
@Command(
    name = "startup",
    description = {
      "Tells the time from the start of a JVM to its first block, in ms, with and without an"
          + " ahead-of-time cache: nothing, an Arena's block, glibc's malloc through one downcall,"
          + " a heap of smalloc4j and its first block. A JVM of each in turn, round by round.",
      "Beyond: what is over a JVM that wants no block. Ratio: of the medians beyond, to that of the"
          + " downcall. Classes: loaded by one such JVM, all told."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was measured", "1:a JVM failed", "2:usage"})
final class StartupCommand implements Callable<Integer> {

  private static final List<String> HEADINGS =
      List.of("", "best", "median", "best beyond", "median beyond", "ratio", "classes", "");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How many JVMs of each, 1 or more; default: ${DEFAULT-VALUE}.",
      defaultValue = "15")
  private int rounds;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
    }
    Path directory = Directories.temporary("smalloc4j-startup-");
    try {
      String classPath = JarClassPath.of(directory, FirstBlock.class, Smalloc.class);
      print("no AOT cache", directory, block -> new StartedJvm(block, classPath));
      print("AOT cache", directory, block -> StartedJvm.withCache(block, classPath, directory));
    } finally {
      Directories.delete(directory);
    }
    return 0;
  }

  /** Makes a JVM that comes to a block. */
  private interface Starter {
    StartedJvm of(FirstBlock block) throws IOException;
  }

  private void print(String cache, Path directory, Starter starter) throws IOException {
    var jvms = new ArrayList<StartedJvm>();
    for (FirstBlock block : FirstBlock.values()) {
      jvms.add(starter.of(block));
    }
    try (var progress = Progress.open("startup", rounds, spec.commandLine().getErr())) {
      for (int round = 0; round < rounds; round++) {
        progress.begin(cache);
        for (StartedJvm jvm : jvms) {
          jvm.start();
        }
        progress.end();
      }
    }
    StartedJvm none = of(FirstBlock.NONE, jvms);
    double downcall = of(FirstBlock.DOWNCALL, jvms).median() - none.median();
    var rows = new ArrayList<List<String>>();
    for (StartedJvm jvm : jvms) {
      double beyond = jvm.median() - none.median();
      rows.add(
          List.of(
              jvm.block().label(),
              figure("%.1f", jvm.best()),
              figure("%.1f", jvm.median()),
              figure("%.1f", jvm.best() - none.best()),
              figure("%.1f", beyond),
              figure("%.2f", beyond / downcall),
              Long.toString(jvm.classes(directory)),
              ""));
    }
    var table = new Table("to the first block, " + cache + ", ms", HEADINGS, rows);
    spec.commandLine().getOut().println(TextTable.of(table));
    spec.commandLine().getOut().flush();
  }

  private static StartedJvm of(FirstBlock block, List<StartedJvm> jvms) {
    return jvms.stream().filter(jvm -> jvm.block() == block).findFirst().orElseThrow();
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
