package org.smalloc4j.bench.program;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one program JVM found out.
 *
 * @param version what was measured, null if it could not be opened
 * @param failure why there is no result, null if there is one
 * @param nanos wall time per operation of each timed round
 * @param operations number of operations of all timed rounds
 * @param peakBytes resident memory that the program added to the JVM at its peak, null if unknown
 * @param finalBytes what of it was still there when every block was freed, null if unknown
 * @param faults page faults per operation in the timed rounds, null if unknown
 * @param javaBytes bytes allocated on the Java heap per operation
 * @param sharedWrites writes of the allocator per operation to memory that other threads write,
 *     null if it was not built to count them
 * @param mostSharedWrites the same of the thread that had the most, mean over the rounds; a thread
 *     without a slab has more than one with a slab; null if not counted
 */
public record ProgramResult(
    @Nullable String version,
    @Nullable String failure,
    List<Double> nanos,
    long operations,
    @Nullable Double peakBytes,
    @Nullable Double finalBytes,
    @Nullable Double faults,
    @Nullable Double javaBytes,
    @Nullable Double sharedWrites,
    @Nullable Double mostSharedWrites) {

  static ProgramResult failed(@Nullable String version, String failure) {
    return new ProgramResult(version, failure, List.of(), 0, null, null, null, null, null, null);
  }

  /** The file appears whole or not at all. */
  void write(Path file) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).write(this, whole.toFile());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static ProgramResult read(Path file) throws IOException {
    return JSON.std.beanFrom(ProgramResult.class, file.toFile());
  }
}
