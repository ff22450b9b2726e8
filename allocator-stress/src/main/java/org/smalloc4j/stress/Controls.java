package org.smalloc4j.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jcstress.infra.runners.TestList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the weakened variants of the jcstress tests and fails when one is not caught. */
@Command(
    name = "controls",
    description =
        "Runs the weakened variants of the jcstress tests: each must show a forbidden outcome.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all were caught", "1:one was not", "2:usage"})
final class Controls implements Callable<Integer> {
  /** What the names of weakened variants match: packages called control. */
  private static final String NAMES = "^org\\.smalloc4j\\.(.*\\.)?control\\..*";

  @Parameters(paramLabel = "REPORTS", description = "Directory for jcstress's reports.")
  private String reports = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> controls =
        TestList.tests().stream().filter(test -> test.matches(NAMES)).sorted().toList();
    if (controls.isEmpty()) {
      throw new IllegalStateException("no weakened variants match " + NAMES);
    }
    Path log = Path.of("jcstress-controls.log");
    run(reports, log);
    List<String> lines = Files.readAllLines(log);
    int missed = 0;
    for (String control : controls) {
      // jcstress names a test this way once it has seen a forbidden outcome of it.
      boolean caught = lines.stream().anyMatch(line -> line.endsWith("[FAILED] " + control));
      System.out.println((caught ? "caught     " : "NOT CAUGHT ") + control);
      missed += caught ? 0 : 1;
    }
    System.out.println("weakened variants: " + controls.size() + ", not caught: " + missed);
    if (missed > 0) {
      System.out.println("see " + log.toAbsolutePath());
    }
    return missed == 0 ? 0 : 1;
  }

  private static void run(String reports, Path log) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    File output = log.toFile();
    new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-classpath",
            System.getProperty("java.class.path"),
            "org.openjdk.jcstress.Main",
            "-t",
            NAMES,
            "-m",
            "quick",
            "-sc",
            "false",
            "-iters",
            "2",
            "-time",
            "200",
            "-strideSize",
            "256",
            "-strideCount",
            "4",
            "-pth",
            "false",
            "-r",
            reports,
            "-jvmArgs",
            "--enable-native-access=ALL-UNNAMED")
        .redirectErrorStream(true)
        .redirectOutput(output)
        .start()
        .waitFor();
  }
}
