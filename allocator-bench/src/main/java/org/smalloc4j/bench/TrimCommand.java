package org.smalloc4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.churn.TrimmedHeap;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a trim takes and what it leaves. */
@Command(
    name = "trim",
    description = {
      "Blocks of 64 bytes are allocated, and freed in random order, all of them or all but one in"
          + " 1,000; then one trim(). Tells its time beside that of a walk over the same blocks by"
          + " links in them, and the heap's resident memory: with one block, with all, after the"
          + " trim, and what of that are OS pages with a live block.",
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was measured", "2:usage"})
final class TrimCommand implements Callable<Integer> {

  private static final int LIVE_ONE_IN = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--mib",
      paramLabel = "N",
      description = "MiB of blocks, 1 to 8192; default: ${DEFAULT-VALUE}.",
      defaultValue = "1024")
  private int mebibytes;

  @Override
  public Integer call() throws InterruptedException {
    if (mebibytes < 1 || mebibytes > 8192) {
      throw new ParameterException(spec.commandLine(), "--mib must be 1 to 8192");
    }
    int blocks = mebibytes << 14;
    var rows = new ArrayList<List<String>>();
    TrimmedHeap.Kind[] kinds = TrimmedHeap.Kind.values();
    try (var progress = Progress.open("trim", 2 * kinds.length, spec.commandLine().getErr())) {
      for (int liveOneIn : new int[] {0, LIVE_ONE_IN}) {
        for (TrimmedHeap.Kind kind : kinds) {
          progress.begin(kind.label());
          String live = liveOneIn == 0 ? "none" : "1 in " + liveOneIn;
          rows.add(row(kind, live, TrimmedHeap.measure(kind, blocks, liveOneIn)));
          progress.end();
        }
      }
    }
    var headings =
        List.of(
            "allocated and freed by",
            "live",
            "walk, ms",
            "trim, ms",
            "×",
            "one",
            "all",
            "after",
            "live pages");
    spec.commandLine()
        .getOut()
        .println(TextTable.of(new Table("one trim; resident MiB", headings, rows)));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static List<String> row(TrimmedHeap.Kind kind, String live, TrimmedHeap.Result result) {
    return List.of(
        kind.label(),
        live,
        String.format(Locale.ROOT, "%.0f", result.walkMillis()),
        String.format(Locale.ROOT, "%.0f", result.trimMillis()),
        String.format(Locale.ROOT, "%.2f", result.trimMillis() / result.walkMillis()),
        mebibytes(result.emptyBytes()),
        mebibytes(result.fullBytes()),
        mebibytes(result.trimmedBytes()),
        mebibytes(result.modelBytes()));
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 0x1p20);
  }
}
