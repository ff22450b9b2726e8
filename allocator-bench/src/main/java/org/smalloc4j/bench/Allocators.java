package org.smalloc4j.bench;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.smalloc4j.bench.allocator.TargetKind;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The values of {@code --allocator}, for help and completion, and what they stand for. */
final class Allocators implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(TargetKind.values()).map(TargetKind::label).iterator();
  }

  /** Each allocator named by {@code labels} once, in the order of the tables. */
  static List<TargetKind> chosen(
      CommandLine commandLine, List<String> labels, List<TargetKind> byDefault) {
    return labels.isEmpty()
        ? byDefault
        : labels.stream().map(label -> named(commandLine, label)).distinct().sorted().toList();
  }

  private static TargetKind named(CommandLine commandLine, String label) {
    TargetKind kind =
        TargetKind.of(label)
            .orElseThrow(
                () ->
                    new ParameterException(
                        commandLine,
                        "no allocator \"" + label + "\", there are: " + TargetKind.labels()));
    if (!kind.isInstalled()) {
      throw new ParameterException(
          commandLine, "\"" + label + "\" is not on this machine, it is " + kind.description());
    }
    return kind;
  }
}
