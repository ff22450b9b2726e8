package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountedClassesTest {

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

  /** Writes in every way that there is; four of them are shared. */
  static final class Writer {
    private final long[] words = new long[1];
    private final AtomicLong atomic = new AtomicLong();
    private volatile int shared;
    private int own;

    long write() {
      ELEMENT.set(words, 0, 1L);
      own = 1;
      if (ELEMENT.compareAndSet(words, 0, 1L, 2L)) {
        ELEMENT.setRelease(words, 0, 3L);
      }
      atomic.incrementAndGet();
      shared = own;
      return (long) ELEMENT.getAcquire(words, 0) + shared + atomic.get();
    }
  }

  @Test
  void aCallStandsBeforeEachSharedWriteAndNothingElse() throws IOException {
    assertEquals(4, countsIn(CountedClasses.counted(bytesOf(Writer.class))));
  }

  @Test
  void theAllocatorsClassesAreAllThere(@TempDir Path directory) throws IOException {
    CountedClasses.writeTo(directory);
    Path words = directory.resolve("org/smalloc4j/internal/raw/RawMemory.class");
    assertEquals(
        3, countsIn(Files.readAllBytes(words)), "casVolatile, addVolatile, storeReleaseFenced");
    assertTrue(Files.exists(directory.resolve("org/smalloc4j/Smalloc.class")));
  }

  private static long countsIn(byte[] classFile) {
    return ClassFile.of().parse(classFile).methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementList().stream())
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast)
        .filter(call -> call.owner().asInternalName().endsWith("SharedWrites"))
        .count();
  }

  private static byte[] bytesOf(Class<?> type) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      return Objects.requireNonNull(in, List.of(name)::toString).readAllBytes();
    }
  }
}
