package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.smalloc4j.bench.process.CountedClasses;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.process.JarClassPath;
import org.smalloc4j.bench.program.ProgramJvm;
import org.smalloc4j.bench.replay.ReplayJvm;

/** What measurements are made with, once for a run. */
public final class Tools implements AutoCloseable {

  private final BenchSet set;
  private final Duration timeout;
  private final boolean tracing;
  private final Optional<CDriver> driver;
  private final Path directory;
  private final Path counted;
  private final String jars;

  /**
   * With a limit on the time that one process may take.
   *
   * @param tracing whether system calls of programs are counted
   */
  public Tools(BenchSet set, Duration timeout, boolean tracing) throws IOException {
    this.set = set;
    this.tracing = tracing;
    this.timeout = timeout;
    this.driver = CDriver.compile(timeout);
    this.directory = Directories.temporary("smalloc4j-bench-");
    this.counted = directory.resolve("counted");
    CountedClasses.writeTo(counted);
    this.jars = JarClassPath.writeTo(directory);
  }

  BenchSet set() {
    return set;
  }

  boolean isTracing() {
    return tracing;
  }

  Duration timeout() {
    return timeout;
  }

  /** Empty where there is no C compiler. */
  public Optional<CDriver> driver() {
    return driver;
  }

  ProgramJvm programs() {
    return new ProgramJvm(timeout);
  }

  ReplayJvm replays() {
    return new ReplayJvm(timeout);
  }

  /** The class files of the allocator that count their shared writes. */
  Path counted() {
    return counted;
  }

  /** The class path as jars alone. */
  String jars() {
    return jars;
  }

  /** A new file's place, which is deleted in the end. */
  Path file(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() throws IOException {
    if (driver.isPresent()) {
      driver.get().close();
    }
    Directories.delete(directory);
  }
}
