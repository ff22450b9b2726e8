package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.smalloc4j.bench.allocator.CLibrary;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.process.SystemCalls;

/** Runs the C driver, compiled where it runs: allocators without any Java around them. */
public final class CDriver implements AutoCloseable {

  private static final List<String> SOURCES =
      List.of("driver.c", "micro.c", "programs.c", "single.c", "crossing.c", "lives.c");
  private static final String HEADER = "driver.h";
  private static final int SIGNAL_BASE = 128;
  private static final String SAMPLE = "ns/op";
  private static final String OPERATIONS = "operations ";
  private static final Map<String, Figure> FIGURES =
      Map.of("peak", Figure.PEAK, "final", Figure.FINAL, "faults/op", Figure.FAULTS);

  private final Path directory;
  private final Path program;
  private final Duration timeout;

  private CDriver(Path directory, Duration timeout) {
    this.directory = directory;
    this.program = directory.resolve("driver");
    this.timeout = timeout;
  }

  /** Compiles it with {@code cc}; empty if there is none. */
  public static Optional<CDriver> compile(Duration timeout) throws IOException {
    var driver = new CDriver(Directories.temporary("smalloc4j-c-"), timeout);
    var command =
        new ArrayList<>(List.of("cc", "-std=c11", "-O2", "-o", driver.program.toString()));
    driver.copy(HEADER);
    for (String source : SOURCES) {
      command.add(driver.copy(source).toString());
    }
    command.addAll(List.of("-ldl", "-pthread", "-lm"));
    try {
      String said = driver.run(command);
      if (!said.isEmpty()) {
        throw new IOException("the C driver does not compile: " + said);
      }
      return Optional.of(driver);
    } catch (NoSuchProgram e) {
      driver.close();
      return Optional.empty();
    }
  }

  private Path copy(String source) throws IOException {
    Path copy = directory.resolve(source);
    try (InputStream in = CDriver.class.getResourceAsStream(source)) {
      Files.copy(Objects.requireNonNull(in, source), copy);
    }
    return copy;
  }

  /** Answers a question. */
  Answer ask(Question question, Peer peer, Tools tools) throws IOException {
    BenchSet set = tools.set();
    var arguments =
        new ArrayList<>(
            List.of("micro", "1", text(set.iterations()), Integer.toString(set.millis())));
    arguments.addAll(question.cArguments());
    return ask(question, peer, set.processes(), arguments);
  }

  /** Runs a program. */
  Answer ask(ProgramWorkload workload, Peer peer, Tools tools) throws IOException {
    BenchSet set = tools.set();
    List<String> arguments =
        List.of(
            "program",
            text(set.rounds()),
            workload.program().label(),
            text(workload.threads()),
            text(workload.program().work()));
    Answer answer = ask(workload, peer, set.processes(), arguments);
    if (tools.isTracing() && answer.failure() == null) {
      Path log = tools.file("calls.txt");
      var traced = new ArrayList<>(SystemCalls.tracer(log));
      traced.addAll(command(peer, arguments));
      double operations =
          run(traced)
              .lines()
              .filter(line -> line.startsWith(OPERATIONS))
              .mapToDouble(line -> Double.parseDouble(line.substring(OPERATIONS.length())))
              .sum();
      var also = new HashMap<>(answer.also());
      also.put(Figure.SYSTEM_CALLS.key(), SystemCalls.count(log) / operations);
      return Answer.of(workload, peer, answer.samples(), also);
    }
    return answer;
  }

  private static String text(int number) {
    return Integer.toString(number);
  }

  private Answer ask(Workload workload, Peer peer, int processes, List<String> arguments)
      throws IOException {
    List<String> command = command(peer, arguments);
    var samples = new ArrayList<List<Double>>();
    var also = new HashMap<String, Double>();
    for (int i = 0; i < processes; i++) {
      String said = run(command);
      List<Double> own = samplesIn(said, also);
      if (own.isEmpty()) {
        return Answer.failed(workload, peer, said.replace('\n', ' '));
      }
      samples.add(own);
    }
    return Answer.of(workload, peer, samples, also);
  }

  /** Reads what the driver said, and adds its figures to {@code also}; empty if it failed. */
  private static List<Double> samplesIn(String said, Map<String, Double> also) {
    var samples = new ArrayList<Double>();
    for (String line : said.lines().toList()) {
      String[] words = line.split(" ", -1);
      Figure figure = FIGURES.get(words[0]);
      if (words.length == 2 && words[0].equals(SAMPLE)) {
        samples.add(Double.valueOf(words[1]));
      } else if (words.length == 2 && figure != null) {
        also.put(figure.key(), Double.valueOf(words[1]));
      } else if (!line.startsWith(OPERATIONS)) {
        return List.of();
      }
    }
    return samples;
  }

  private List<String> command(Peer peer, List<String> arguments) throws IOException {
    CLibrary library = Objects.requireNonNull(peer.c());
    var command = new ArrayList<>(List.of(program.toString(), fileOf(library), library.init()));
    command.addAll(library.functions());
    command.addAll(arguments);
    return command;
  }

  private String fileOf(CLibrary library) throws IOException {
    if (library.file() != null) {
      return library.file().toString();
    }
    if (library.resource() == null) {
      return "-";
    }
    Path copy = directory.resolve(library.label() + ".so");
    if (!Files.exists(copy)) {
      library.copyTo(copy);
    }
    return copy.toString();
  }

  /** What a program prints on both its outputs, and how it died if it did. */
  private String run(List<String> command) throws IOException {
    Path output = Files.createTempFile(directory, "output-", ".txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new NoSuchProgram(e);
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        return "no end after " + timeout.toMillis() / 1e3 + " s";
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
    int signal = process.exitValue() - SIGNAL_BASE;
    return signal > 0 ? said + "\nthe C driver died of signal " + signal : said;
  }

  private static final class NoSuchProgram extends IOException {
    private static final long serialVersionUID = 1;

    NoSuchProgram(IOException cause) {
      super(cause);
    }
  }

  @Override
  public void close() throws IOException {
    Directories.delete(directory);
  }
}
