package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteppedClassesTest {

  /** Takes steps of each kind, and does what is none. */
  static final class Walker {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    static long walk(MemorySegment memory) {
      WORD.setRelease(memory, 0L, 5L); // a step
      VarHandle.fullFence();
      MemorySegment half = memory.asSlice(0, 8);
      half.fill((byte) 1); // a step
      long sum = 0;
      for (int i = 0; i < 7; i++) { // 7 steps
        sum += i;
      }
      if (sum == 0) {
        sum = 1;
      }
      do { // 2 steps: what decides it is at its end
        sum--;
      } while (sum > 19);
      return sum + (long) WORD.get(memory, 8L); // a step
    }
  }

  @Test
  void accessesAndRoundsAreCountedAndNothingElse() throws Throwable {
    var lookup = MethodHandles.lookup();
    Class<?> walker =
        lookup.defineHiddenClass(SteppedClasses.stepped(bytesOf(Walker.class)), true).lookupClass();
    var walk =
        MethodHandles.privateLookupIn(walker, lookup)
            .findStatic(walker, "walk", MethodType.methodType(long.class, MemorySegment.class));
    try (var arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16, 8);
      long before = Steps.ofThisThread();
      long result = (long) walk.invoke(memory);
      assertEquals(19, result);
      assertEquals(12, Steps.ofThisThread() - before);
    }
  }

  @Test
  void theAllocatorsClassesAreAllThere(@TempDir Path directory) throws IOException {
    SteppedClasses.writeTo(directory);
    assertTrue(Files.exists(directory.resolve("org/smalloc4j/internal/raw/RawMemory.class")));
    assertTrue(Files.exists(directory.resolve("org/smalloc4j/Smalloc.class")));
  }

  private static byte[] bytesOf(Class<?> type) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
