package org.smalloc4j.bench.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.suite.CDriver;
import org.smalloc4j.bench.trace.TraceWriter;

/** Runs programs with {@code recorder.c} between them and the C library. */
public final class Recorder implements AutoCloseable {

  private static final String SOURCE = "recorder.c";
  private static final String PRELOAD = "LD_PRELOAD";

  private final Path directory;
  private final Path library;

  private Recorder(Path directory) {
    this.directory = directory;
    this.library = directory.resolve("recorder.so");
  }

  /**
   * What was recorded.
   *
   * @param status of the program
   */
  public record Recording(TraceWriter trace, int status) {}

  /** Compiles the library with {@code cc}; empty if there is none. */
  public static Optional<Recorder> compile() throws IOException {
    var recorder = new Recorder(Directories.temporary("smalloc4j-record-"));
    Path source = recorder.directory.resolve(SOURCE);
    try (InputStream in = CDriver.class.getResourceAsStream(SOURCE)) {
      Files.copy(Objects.requireNonNull(in, SOURCE), source);
    }
    Process cc;
    try {
      cc =
          new ProcessBuilder(
                  List.of(
                      "cc",
                      "-std=c11",
                      "-O2",
                      "-shared",
                      "-fPIC",
                      "-pthread",
                      "-o",
                      recorder.library.toString(),
                      source.toString()))
              .redirectErrorStream(true)
              .start();
    } catch (IOException noCompiler) {
      recorder.close();
      return Optional.empty();
    }
    String said = new String(cc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (await(cc) != 0) {
      recorder.close();
      throw new IOException("recorder.c does not compile, it needs Linux with glibc: " + said);
    }
    return Optional.of(recorder);
  }

  /**
   * Runs a program to its end, with this process's input and output.
   *
   * @param events how many calls to record at the most
   * @throws IOException if it cannot be started
   */
  public Recording record(List<String> command, long events) throws IOException {
    Path raw = directory.resolve("raw");
    Files.write(raw, new byte[0]);
    var builder = new ProcessBuilder(command).inheritIO();
    builder.environment().merge(PRELOAD, library.toString(), (old, own) -> own + ":" + old);
    builder.environment().put("SMALLOC4J_RECORD", raw.toString());
    builder.environment().put("SMALLOC4J_RECORD_EVENTS", Long.toString(events));
    builder.environment().remove("SMALLOC4J_RECORD_PROCESS");
    int status = await(builder.start());
    return new Recording(RawRecording.read(raw), status);
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    Directories.delete(directory);
  }
}
