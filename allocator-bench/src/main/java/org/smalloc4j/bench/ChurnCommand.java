package org.smalloc4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.churn.Churn;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets many short threads allocate, hand over and free, and looks what is left. */
@Command(
    name = "churn",
    description = {
      "Starts threads that each allocate blocks, hand them over, free blocks of other threads, and"
          + " end; then tells what memory the heap has taken and whether all of it is accounted"
          + " for.",
      "A heap each for 1,000 platform threads, for ten times as many and so on up to N, and for N"
          + " virtual threads."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all blocks are accounted for", "1:blocks are lost", "2:usage"})
final class ChurnCommand implements Callable<Integer> {

  private static final int FEW = 1_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "The most threads; default: ${DEFAULT-VALUE}.",
      defaultValue = "1000000")
  private int threads;

  @Override
  public Integer call() throws InterruptedException {
    if (threads < FEW) {
      throw new ParameterException(spec.commandLine(), "--threads must be at least " + FEW);
    }
    var counts = new ArrayList<Integer>();
    for (long few = FEW; few < threads; few *= 10) {
      counts.add((int) few);
    }
    counts.add(threads);
    var results = new ArrayList<Churn.Result>();
    try (var progress = Progress.open("churn", counts.size() + 1, spec.commandLine().getErr())) {
      for (int count : counts) {
        results.add(run(Churn.ofPlatformThreads(count), progress));
      }
      results.add(run(Churn.ofVirtualThreads(threads), progress));
    }
    var headings =
        List.of(
            "threads", "seconds", "taken MiB", "resident MiB", "live blocks", "overwritten", "");
    List<List<String>> rows = results.stream().map(ChurnCommand::row).toList();
    spec.commandLine().getOut().println(TextTable.of(new Table("churn", headings, rows)));
    spec.commandLine().getOut().flush();
    return results.stream().allMatch(r -> r.liveBlocks() == 0 && r.overwritten() == 0) ? 0 : 1;
  }

  private static Churn.Result run(Churn churn, Progress progress) throws InterruptedException {
    progress.begin(churn.name());
    Churn.Result result = churn.run();
    progress.end();
    return result;
  }

  private static List<String> row(Churn.Result result) {
    return List.of(
        result.name(),
        String.format(Locale.ROOT, "%.1f", result.seconds()),
        String.format(Locale.ROOT, "%.2f", result.takenBytes() / 0x1p20),
        String.format(Locale.ROOT, "%.2f", result.residentBytes() / 0x1p20),
        Long.toString(result.liveBlocks()),
        Long.toString(result.overwritten()),
        "");
  }
}
