package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.smalloc4j.bench.allocator.CLibrary;

/** Runs {@code allocators.c}, compiled where it runs: allocators without any Java around them. */
public final class CDriver implements AutoCloseable {

  private static final String SOURCE = "allocators.c";
  private static final String FIGURE = "ns/op ";

  private final Path directory;
  private final Path program;

  private CDriver(Path directory) {
    this.directory = directory;
    this.program = directory.resolve("allocators");
  }

  /** Compiles the program with {@code cc}; empty if there is none. */
  public static Optional<CDriver> compile() throws IOException {
    var driver = new CDriver(Files.createTempDirectory("smalloc4j-c-"));
    Path source = driver.directory.resolve(SOURCE);
    try (InputStream in = CDriver.class.getResourceAsStream(SOURCE)) {
      Files.copy(in, source);
    }
    var command =
        List.of(
            "cc",
            "-std=c11",
            "-O2",
            source.toString(),
            "-o",
            driver.program.toString(),
            "-ldl",
            "-pthread");
    try {
      String said = run(command);
      if (!said.isEmpty()) {
        throw new IOException(SOURCE + " does not compile: " + said);
      }
      return Optional.of(driver);
    } catch (NoSuchProgram e) {
      driver.close();
      return Optional.empty();
    }
  }

  /** Answers a question for a C library: mean of the rounds, each of so many milliseconds. */
  public Answer answer(Question question, CLibrary library, int warmups, int rounds, int millis)
      throws IOException {
    String name = library.label() + " in C";
    Path file = library.isBundled() ? directory.resolve(library.label() + ".so") : Path.of("-");
    if (library.isBundled() && !Files.exists(file)) {
      library.copyTo(file);
    }
    var command =
        new ArrayList<>(
            List.of(
                program.toString(),
                file.toString(),
                library.init(),
                library.malloc(),
                library.free(),
                Integer.toString(warmups),
                Integer.toString(rounds),
                Integer.toString(millis)));
    command.addAll(question.cArguments());
    List<String> lines = run(command).lines().toList();
    if (lines.size() != rounds || !lines.stream().allMatch(line -> line.startsWith(FIGURE))) {
      return Answer.failed(question.name(), name, String.join(" ", lines));
    }
    double mean =
        lines.stream()
            .mapToDouble(line -> Double.parseDouble(line.substring(FIGURE.length())))
            .average()
            .orElseThrow();
    return new Answer(question.name(), name, mean, null, null);
  }

  /** What a program prints on both its outputs; its exit status is told by that. */
  private static String run(List<String> command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new NoSuchProgram(e);
    }
    process.getOutputStream().close();
    try (InputStream said = process.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static final class NoSuchProgram extends IOException {
    private static final long serialVersionUID = 1;

    NoSuchProgram(IOException cause) {
      super(cause);
    }
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
