package org.smalloc4j.bench.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.smalloc4j.bench.process.ChildJvm;

/** Starts JVMs that come to a first block, with or without an ahead-of-time cache (JEP 514). */
public final class StartedJvm {
  private static final long TIMEOUT_SECONDS = 60;
  private static final double NANOS_PER_MILLI = 1e6;

  private final FirstBlock block;
  private final String classPath;
  private final List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC"));

  /** Sorted. */
  private final List<Double> millis = new ArrayList<>();

  /**
   * Of JVMs without a cache.
   *
   * @param classPath jars alone: a cache takes no directory
   */
  public StartedJvm(FirstBlock block, String classPath) {
    this.block = block;
    this.classPath = classPath;
  }

  /** Of JVMs with a cache, which a run of the same program writes to {@code directory}. */
  public static StartedJvm withCache(FirstBlock block, String classPath, Path directory)
      throws IOException {
    Path cache = directory.resolve(block.name() + ".aot");
    var jvm = new StartedJvm(block, classPath);
    jvm.run(List.of("-XX:AOTCacheOutput=" + cache));
    // Without the first, a cache that is refused makes the start slower and says nothing.
    jvm.options.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
    return jvm;
  }

  /** Starts one and notes how long it takes until it has its block. */
  public void start() throws IOException {
    long begin = System.nanoTime();
    millis.add((run(List.of("-Xlog:disable")) - begin) / NANOS_PER_MILLI);
    Collections.sort(millis);
  }

  /** The shortest time so far, in ms. */
  public double best() {
    return millis.getFirst();
  }

  /** The median so far, in ms. */
  public double median() {
    return (millis.get((millis.size() - 1) / 2) + millis.get(millis.size() / 2)) / 2;
  }

  /** Whose first block. */
  public FirstBlock block() {
    return block;
  }

  /** Starts one; returns how many classes it loads, those of its start and its end included. */
  public long classes(Path directory) throws IOException {
    Path log = directory.resolve("classes.log");
    run(List.of("-Xlog:class+load:file=" + log + "::filecount=0"));
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" source: ")).count();
    }
  }

  /** Returns the {@link System#nanoTime} that it prints. */
  private long run(List<String> more) throws IOException {
    var command = new ArrayList<>(List.of(ChildJvm.java().toString()));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(more);
    command.addAll(List.of("-cp", classPath, block.main().getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no end after " + TIMEOUT_SECONDS + " s: " + command);
      }
      return Long.parseLong(said.lines().findFirst().orElse(""));
    } catch (NumberFormatException e) {
      throw new IOException("a JVM did not come to its first block: " + command, e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
