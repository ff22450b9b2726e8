package org.smalloc4j.bench.suite;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.smalloc4j.bench.report.Environment;

/**
 * The answers of a run that has not come to its end: a file with a line for what was asked, and one
 * for each answer.
 *
 * <p>A line that was cut off when the run was is left out.
 */
public final class Unfinished {

  private final Path file;
  private final Environment environment;
  private final List<Answer> answers = new ArrayList<>();

  private Unfinished(Path file, Environment environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Goes on with the run of this command in {@code directory} if there is one, or begins one.
   *
   * @throws IOException if the one there is of another machine, JVM, C compiler or commit
   */
  public static Unfinished open(Path directory, Environment here) throws IOException {
    Path file = directory.resolve(fileOf(here.command()));
    if (!Files.exists(file)) {
      Files.createDirectories(directory);
      Files.writeString(file, JSON.std.asString(here) + "\n");
      return new Unfinished(file, here);
    }
    List<String> lines = Files.readAllLines(file);
    Environment begun = JSON.std.beanFrom(Environment.class, lines.isEmpty() ? "{}" : lines.get(0));
    if (!begun.equals(here.at(begun.date()))) {
      throw new IOException(
          "the unfinished run in "
              + file
              + " is of another machine, JVM, C compiler or commit ("
              + begun.commit()
              + ": "
              + String.join(" ", begun.command())
              + "); delete it, or choose another --out");
    }
    var unfinished = new Unfinished(file, begun);
    for (String line : lines.subList(1, lines.size())) {
      if (line.endsWith("}")) {
        unfinished.answers.add(JSON.std.beanFrom(Answer.class, line));
      }
    }
    return unfinished;
  }

  /** A name of the command's own, so that a run of another one is kept. */
  static String fileOf(List<String> command) {
    return String.format(Locale.ROOT, "unfinished-%08x.jsonl", command.hashCode());
  }

  /** Of when the run began. */
  public Environment environment() {
    return environment;
  }

  public List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** Whether the peer has answered. */
  public boolean has(Workload workload, Peer peer) {
    return answers.stream()
        .anyMatch(
            answer ->
                answer.workload().equals(workload.name())
                    && answer.allocator().equals(peer.label()));
  }

  public void add(Answer answer) throws IOException {
    answers.add(Objects.requireNonNull(answer));
    // A new line first: the last one may have been cut off.
    Files.writeString(file, "\n" + JSON.std.asString(answer), StandardOpenOption.APPEND);
  }

  /** Deletes the file. */
  public void finish() throws IOException {
    Files.delete(file);
  }
}
