package org.smalloc4j.bench;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a run is: a bar with the time left on a terminal, a line per step elsewhere. */
interface Progress extends AutoCloseable {

  /** A step begins. */
  void begin(String step);

  /** The step that began last has ended. */
  void end();

  /** There are so many steps after all. */
  void setSteps(int steps);

  @Override
  void close();

  /** A progress of {@code steps} steps; lines go to {@code err}, a bar is named {@code task}. */
  static Progress open(String task, int steps, PrintWriter err) {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return terminal ? bar(task, steps) : lines(steps, err);
  }

  private static Progress bar(String task, int steps) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .build();
    return new Progress() {
      @Override
      public void begin(String step) {
        bar.setExtraMessage(step);
      }

      @Override
      public void end() {
        bar.step();
      }

      @Override
      public void setSteps(int all) {
        bar.maxHint(all);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }

  private static Progress lines(int steps, PrintWriter err) {
    return new Progress() {
      private static final int STEPS_TO_JUDGE_BY = 5;
      private static final double NANOS_PER_MINUTE = 60e9;

      private final long start = System.nanoTime();
      private int all = steps;
      private int begun;

      @Override
      public void begin(String step) {
        begun++;
        err.println("[" + begun + "/" + all + left() + "] " + step);
        err.flush();
      }

      // Should the rest go on as what has been; the first steps tell nothing.
      private String left() {
        int done = begun - 1;
        if (done < STEPS_TO_JUDGE_BY) {
          return "";
        }
        long nanos = (System.nanoTime() - start) / done * (all - done);
        return String.format(Locale.ROOT, ", %,.0f min left", nanos / NANOS_PER_MINUTE);
      }

      @Override
      public void end() {}

      @Override
      public void setSteps(int all) {
        this.all = all;
      }

      @Override
      public void close() {}
    };
  }
}
