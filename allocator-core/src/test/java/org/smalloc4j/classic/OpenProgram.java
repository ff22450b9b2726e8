package org.smalloc4j.classic;

import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Opens the heap in a file, fills it if told to, and prints what it found or why it could not. */
final class OpenProgram {
  private OpenProgram() {}

  /** Opens the file of argument 0; fills it if there is another one. */
  public static void main(String[] args) {
    try (FirstFitAllocator heap = FirstFitAllocator.open(Growers.file(Path.of(args[0]), 1 << 20))) {
      while (args.length > 1) {
        heap.malloc(1000);
      }
      System.out.print(heap.stats().liveBlocks() + " live");
    } catch (IllegalStateException | UncheckedIOException | OutOfMemoryError refused) {
      System.out.print(refused.getMessage());
    }
  }
}
