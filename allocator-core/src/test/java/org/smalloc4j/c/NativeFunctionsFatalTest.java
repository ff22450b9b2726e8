package org.smalloc4j.c;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.ChildJvm;

/**
 * The two ways in which a call by C can end the process, and that it takes that much. If one of
 * these tests fails on a newer JDK because the process survived, so much the better: change the
 * documentation.
 */
@Tag("child-jvm")
class NativeFunctionsFatalTest {
  @TempDir private Path directory;

  private ChildJvm.Result end(FatalProgram program) throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(directory)
            // Interpreted, so that frames have the same size at every run.
            .options("-Xint", "-Xmx16m", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash")
            .run(FatalProgram.class, program.name());
    assertNotEquals(0, result.exitStatus(), result.output());
    return result;
  }

  private static void assertContains(String text, String part) {
    assertTrue(text.contains(part), text);
  }

  @Test
  void aStackThatEndsInTheJvmsOwnPartOfACallEndsTheProcessOneThatEndsLaterGivesNull()
      throws IOException, InterruptedException {
    String output = end(FatalProgram.STACK).output();
    assertContains(output, "block\nNULL\nNULL\n");
    assertContains(output, "java.lang.StackOverflowError");
    assertContains(output, "Unrecoverable uncaught exception encountered");
  }

  @Test
  void aJavaHeapThatCannotAttachAThreadOfCsEndsTheProcess()
      throws IOException, InterruptedException {
    assertContains(end(FatalProgram.ATTACH).output(), "Could not attach thread for upcall");
  }
}
