package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.smalloc4j.bench.report.Digits;
import org.smalloc4j.bench.report.Table;

/** What has changed between two runs, beyond what noise explains. */
public record Changes(List<Change> changes, double threshold) {

  /** Whether a time has changed. */
  public enum Verdict {
    SLOWER,
    FASTER,
    /** The intervals overlap, or the change is below the threshold. */
    SAME,
    /** It could be measured before, and failed now. */
    FAILED
  }

  /** One allocator and workload. */
  public record Change(Answer before, Answer after, Verdict verdict) {

    /** The new time over the old one. */
    double ratio() {
      return Estimate.of(after.samples()).value() / Estimate.of(before.samples()).value();
    }
  }

  /** Of all that was measured in both runs; a change below {@code threshold}, 0.05 say, is none. */
  public static Changes between(Results before, Results after, double threshold) {
    var changes = new ArrayList<Change>();
    for (Answer old : before.answers()) {
      after.answers().stream()
          .filter(
              now ->
                  now.workload().equals(old.workload()) && now.allocator().equals(old.allocator()))
          .findFirst()
          .flatMap(now -> verdict(old, now, threshold).map(v -> new Change(old, now, v)))
          .ifPresent(changes::add);
    }
    return new Changes(List.copyOf(changes), threshold);
  }

  private static Optional<Verdict> verdict(Answer before, Answer after, double threshold) {
    Estimate old = before.estimate();
    Estimate now = after.estimate();
    if (old == null) {
      return Optional.empty();
    }
    if (now == null) {
      return Optional.of(Verdict.FAILED);
    }
    double ratio = now.value() / old.value();
    if (now.low() > old.high() && ratio > 1 + threshold) {
      return Optional.of(Verdict.SLOWER);
    }
    return Optional.of(
        now.high() < old.low() && 1 / ratio > 1 + threshold ? Verdict.FASTER : Verdict.SAME);
  }

  /** Whether one of this project's allocators is slower, or has failed. */
  public boolean anyRegression() {
    return ours()
        .anyMatch(change -> change.verdict == Verdict.SLOWER || change.verdict == Verdict.FAILED);
  }

  /** Whether both runs measured one of this project's allocators. */
  public boolean isEmpty() {
    return ours().findAny().isEmpty();
  }

  private Stream<Change> ours() {
    return changes.stream().filter(change -> Peer.isOurs(change.before.allocator()));
  }

  /** A line for each of this project's. */
  public Table table() {
    return new Table(
        String.format(Locale.ROOT, "changes of more than %.0f %%", threshold * 100),
        List.of("workload", "allocator", "before", "±", "after", "±", "ratio", "verdict"),
        ours().map(Changes::row).toList());
  }

  private static List<String> row(Change change) {
    Estimate old = Estimate.of(change.before.samples());
    String verdict = change.verdict.name().toLowerCase(Locale.ROOT);
    if (change.verdict == Verdict.FAILED) {
      return List.of(
          change.before.workload(),
          change.before.allocator(),
          Digits.of(old.value()),
          Tables.halfWidth(change.before),
          Digits.MISSING,
          Digits.MISSING,
          Digits.MISSING,
          verdict + ": " + change.after.failure());
    }
    Estimate now = Estimate.of(change.after.samples());
    return List.of(
        change.before.workload(),
        change.before.allocator(),
        Digits.of(old.value()),
        Tables.halfWidth(change.before),
        Digits.of(now.value()),
        Tables.halfWidth(change.after),
        Digits.of(change.ratio()),
        verdict);
  }

  /**
   * How the others have changed, which nobody has changed: what the machine makes of it. Geometric
   * mean of the ratios, 1 if there are none.
   */
  public double ofOthers() {
    double[] logs =
        changes.stream()
            .filter(c -> !Peer.isOurs(c.before.allocator()) && c.verdict != Verdict.FAILED)
            .mapToDouble(c -> Math.log(c.ratio()))
            .toArray();
    return logs.length == 0 ? 1 : Math.exp(Arrays.stream(logs).sum() / logs.length);
  }
}
