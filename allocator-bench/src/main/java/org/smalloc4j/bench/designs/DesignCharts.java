package org.smalloc4j.bench.designs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.smalloc4j.bench.svg.BarChart;
import org.smalloc4j.bench.svg.BarChart.Bar;
import org.smalloc4j.bench.svg.BarChart.Group;
import org.smalloc4j.bench.svg.LineChart;
import org.smalloc4j.bench.svg.LineChart.Line;

/** A run as charts; a figure is the median of the rounds. */
final class DesignCharts {

  private static final double MIB = 1 << 20;
  private static final double PERCENT = 100;

  private final DesignResults results;

  DesignCharts(DesignResults results) {
    this.results = results;
  }

  /** SVG documents by file name, of all that was measured. */
  Map<String, String> all() {
    Map<String, String> charts = new LinkedHashMap<>();
    String programs = Task.PROGRAM.label();
    List<String> timed = results.timedTasks();
    putTimes(
        charts,
        "times.svg",
        "ns per malloc, write and free",
        timed.stream().filter(task -> !task.startsWith(programs)).toList());
    putTimes(
        charts,
        "programs.svg",
        "ns per event of recorded programs",
        timed.stream().filter(task -> task.startsWith(programs)).toList());
    putLines(charts, "scaling.svg", "millions of replacements a second", Scaling.MILLIONS, true, 1);
    putLines(
        charts,
        "waiting.svg",
        "% of the threads' time spent waiting for a lock",
        Scaling.WAITING,
        false,
        PERCENT);
    putBars(
        charts,
        "memory.svg",
        "MiB resident (40,000 live blocks, 16 to 1,023 bytes)",
        true,
        List.of(
            memory("at the peak", Task.MEMORY, Filling.RESIDENT),
            memory("all freed", Task.MEMORY, Filling.FREED),
            memory("threads ended, and a trim", Task.MEMORY, Filling.TRIMMED),
            memory("peak, 16 threads", Task.MEMORY_OF_THREADS, Filling.RESIDENT)));
    putBars(
        charts,
        "steps.svg",
        "steps of the longest operation",
        true,
        List.of(
            bars(
                "filling, then freeing all",
                label -> results.median(Task.MEMORY.label(), label, Filling.STEPS))));
    putBars(charts, "lines.svg", "lines of code", false, List.of(bars("sources", this::lines)));
    return charts;
  }

  private OptionalDouble lines(String label) {
    Integer lines = results.lines().get(label);
    return lines == null ? OptionalDouble.empty() : OptionalDouble.of(lines);
  }

  private void putTimes(Map<String, String> charts, String file, String title, List<String> tasks) {
    putBars(
        charts,
        file,
        title,
        true,
        tasks.stream()
            .map(task -> bars(task, label -> results.median(task, label, Loop.NANOS)))
            .toList());
  }

  private Group memory(String heading, Task task, String figure) {
    return bars(
        heading,
        label -> {
          OptionalDouble bytes = results.median(task.label(), label, figure);
          // What the JVM gave back meanwhile can make it less than nothing.
          return bytes.isPresent()
              ? OptionalDouble.of(Math.max(0, bytes.getAsDouble() / MIB))
              : bytes;
        });
  }

  private static Group bars(String heading, Function<String, OptionalDouble> value) {
    List<Bar> bars = new ArrayList<>();
    for (Design design : Design.values()) {
      value
          .apply(design.label())
          .ifPresent(v -> bars.add(new Bar(design.label(), v, design.colour())));
    }
    return new Group(heading, bars);
  }

  private static void putBars(
      Map<String, String> charts,
      String file,
      String title,
      boolean isLogarithmic,
      List<Group> groups) {
    List<Group> full = groups.stream().filter(group -> !group.bars().isEmpty()).toList();
    if (!full.isEmpty()) {
      charts.put(file, new BarChart(title, isLogarithmic, full).svg());
    }
  }

  private void putLines(
      Map<String, String> charts,
      String file,
      String title,
      String figure,
      boolean isLogarithmic,
      double factor) {
    List<Integer> threads = results.threads();
    List<Line> lines =
        Arrays.stream(Design.values())
            .map(
                design ->
                    new Line(
                        design.label(), values(design, figure, threads, factor), design.colour()))
            .filter(line -> !line.values().isEmpty())
            .toList();
    if (!lines.isEmpty()) {
      List<String> marks = threads.stream().map(String::valueOf).toList();
      charts.put(file, new LineChart(title, "threads", marks, isLogarithmic, lines).svg());
    }
  }

  /** A value for each number of threads, or none. */
  private List<Double> values(Design design, String figure, List<Integer> threads, double factor) {
    List<Double> values = new ArrayList<>();
    for (int each : threads) {
      results
          .median(Task.SCALING.label(), design.label(), figure + each)
          .ifPresent(value -> values.add(value * factor));
    }
    return values.size() == threads.size() ? values : List.of();
  }
}
