package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.Smalloc;

/**
 * Calls of malloc and free that take as many steps as they can, by one thread, as far as is known.
 * For a JVM with the stepped classes; writes the largest number of each.
 */
final class StepBoundProgram {

  /** Slots of a free word. */
  private static final int WORD = 64;

  private final Smalloc heap = Smalloc.builder().build();
  private long mostOfMalloc;
  private long mostOfFree;

  /** Takes the file to write. */
  public static void main(String[] arguments) throws IOException {
    var program = new StepBoundProgram();
    for (int byteSize = 4; byteSize <= 512 << 10; byteSize *= 2) {
      program.freeOneOfEachWordAfterTheOther(byteSize);
    }
    Path file = Path.of(arguments[0]);
    Files.writeString(file, program.mostOfMalloc + "\n" + program.mostOfFree + "\n");
  }

  /** Each slot that leaves a full magazine goes to another word; then all are taken again. */
  private void freeOneOfEachWordAfterTheOther(int byteSize) {
    int words = Math.clamp((64 << 20) / byteSize / WORD, 8, 160);
    for (int round = 0; round < 2; round++) {
      List<Long> blocks = new ArrayList<>();
      for (int i = 0; i < words * WORD; i++) {
        blocks.add(malloc(byteSize));
      }
      for (int slot = 0; slot < WORD; slot++) {
        for (int word = 0; word < words; word++) {
          free(blocks.get(word * WORD + slot));
        }
      }
    }
  }

  private long malloc(long byteSize) {
    long before = Steps.ofThisThread();
    long address = heap.malloc(byteSize);
    mostOfMalloc = Math.max(mostOfMalloc, Steps.ofThisThread() - before);
    return address;
  }

  private void free(long address) {
    long before = Steps.ofThisThread();
    heap.free(address);
    mostOfFree = Math.max(mostOfFree, Steps.ofThisThread() - before);
  }
}
