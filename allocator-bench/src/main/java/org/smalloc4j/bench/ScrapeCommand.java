package org.smalloc4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.churn.FreeBlocks;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a heap's figures cost while it has many free blocks. */
@Command(
    name = "scrape",
    description = {
      "Tells the CPU time of stats(), in ms, on heaps in which many blocks of 64 bytes were"
          + " allocated and freed, by whom is in the first column.",
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:the figures are right", "1:a block is live, or missing", "2:usage"})
final class ScrapeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "How many blocks, 16 or more; default: ${DEFAULT-VALUE}.",
      defaultValue = "10000000")
  private int blocks;

  @Override
  public Integer call() throws InterruptedException {
    if (blocks < 16) {
      throw new ParameterException(spec.commandLine(), "--blocks must be at least 16");
    }
    var rows = new ArrayList<List<String>>();
    FreeBlocks.Kind[] kinds = FreeBlocks.Kind.values();
    boolean right = true;
    try (var progress = Progress.open("scrape", kinds.length, spec.commandLine().getErr())) {
      for (FreeBlocks.Kind kind : kinds) {
        progress.begin(kind.label());
        FreeBlocks.Result result = FreeBlocks.measure(kind, blocks);
        rows.add(row(kind, result));
        right &= result.liveBlocks() == 0 && result.freeBlocks() >= blocks / 16 * 16L;
        progress.end();
      }
    }
    var headings = List.of("", "free blocks", "live blocks", "first", "median", "most", "");
    spec.commandLine()
        .getOut()
        .println(TextTable.of(new Table("CPU time of stats(), ms", headings, rows)));
    spec.commandLine().getOut().flush();
    return right ? 0 : 1;
  }

  private static List<String> row(FreeBlocks.Kind kind, FreeBlocks.Result result) {
    return List.of(
        kind.label(),
        Long.toString(result.freeBlocks()),
        Long.toString(result.liveBlocks()),
        millis(result.firstMillis()),
        millis(result.medianMillis()),
        millis(result.mostMillis()),
        "");
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.3f", millis);
  }
}
