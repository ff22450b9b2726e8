package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.ChildJvm;

/**
 * From the start of a JVM to the end of its first malloc, with or without an ahead-of-time cache.
 *
 * <p>The cache is made by a run of the same program, as JEP 514 has it.
 */
public record StartUp(boolean cached) implements Workload {

  private static final int STARTS_A_PROCESS = 5;
  private static final double NANOS_PER_MILLI = 1e6;

  static List<StartUp> all() {
    return List.of(new StartUp(false), new StartUp(true));
  }

  @Override
  public String name() {
    return cached ? "start-up, AOT cache" : "start-up";
  }

  @Override
  public Kind kind() {
    return Kind.START_UP;
  }

  @Override
  public String description() {
    return "from the start of a JVM to the end of its first malloc"
        + (cached ? ", with a cache of compiled classes that a run before has written" : "");
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public BenchSet set() {
    return BenchSet.STANDARD;
  }

  @Override
  public boolean suits(Peer peer) {
    return peer.java() != null;
  }

  @Override
  public Answer ask(Peer peer, Tools tools) throws IOException {
    TargetKind kind = Objects.requireNonNull(peer.java());
    var options = new ArrayList<>(kind.jvmOptions());
    if (cached) {
      Path cache = tools.file(kind.label() + ".aot");
      var writing = new ArrayList<>(options);
      writing.add("-XX:AOTCacheOutput=" + cache);
      start(kind, writing, tools);
      if (!Files.exists(cache)) {
        return Answer.failed(this, peer, "the JVM has written no AOT cache");
      }
      // Refused, a cache would make the start slower, and say nothing.
      options.add("-XX:AOTMode=on");
      options.add("-XX:AOTCache=" + cache);
    }
    var millis = new ArrayList<Double>();
    for (int i = 0; i < STARTS_A_PROCESS * tools.set().processes(); i++) {
      Duration taken = start(kind, options, tools);
      if (taken == null) {
        return Answer.failed(this, peer, "a JVM did not say when its first block was there");
      }
      millis.add(taken.toNanos() / NANOS_PER_MILLI);
    }
    return Answer.of(this, peer, List.of(millis), Map.of());
  }

  /** Null if the JVM did not get there. */
  private static @Nullable Duration start(TargetKind kind, List<String> options, Tools tools)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(ChildJvm.java().toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xlog:disable"));
    command.addAll(options);
    command.addAll(List.of("-cp", tools.jars()));
    command.addAll(List.of(FirstMalloc.class.getName(), kind.name()));
    Instant begin = Instant.now();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      if (!process.waitFor(tools.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        return null;
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Duration.between(begin, Instant.parse(said.strip()));
    } catch (DateTimeParseException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
