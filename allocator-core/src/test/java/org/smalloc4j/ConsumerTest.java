package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of a user compiles and runs with the core and the JDK alone. */
@Tag("child-jvm")
class ConsumerTest {
  @TempDir private Path directory;

  @Test
  void aModuleThatRequiresTheCoreAloneCompilesAndRuns() throws IOException, InterruptedException {
    write("module-info.java", "module consumer { requires org.smalloc4j; }");
    String core = ChildJvm.core().toString();
    compile("--module-path", core);
    run(
        "--enable-native-access=org.smalloc4j",
        "--module-path=" + core + ":" + directory,
        "--module=consumer/consumer.Main");
  }

  @Test
  void aProgramOnTheClassPathCompilesAndRuns() throws IOException, InterruptedException {
    String core = ChildJvm.core().toString();
    compile("-cp", core);
    run("--enable-native-access=ALL-UNNAMED", "-cp", core + ":" + directory, "consumer.Main");
  }

  private void compile(String... paths) throws IOException, InterruptedException {
    write(
        "consumer/Main.java",
        """
        package consumer;

        import org.smalloc4j.Allocator;
        import org.smalloc4j.Smalloc;

        public class Main {
          public static void main(String[] arguments) {
            try (Allocator heap = Smalloc.builder().regionBits(30).build()) {
              heap.free(heap.malloc(64));
              System.out.print(heap.stats().liveBlocks());
            }
          }
        }
        """);
    List<String> command =
        new ArrayList<>(List.of("javac", "-Xlint:all", "-Werror", "-d", directory.toString()));
    command.addAll(List.of(paths));
    for (String file : List.of("module-info.java", "consumer/Main.java")) {
      if (Files.exists(directory.resolve(file))) {
        command.add(file);
      }
    }
    assertEquals("", outputOf(command));
  }

  private void run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(List.of(options));
    assertEquals("0", outputOf(command));
  }

  private void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Runs a tool of this JDK; it has to succeed. */
  private String outputOf(List<String> command) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", command.getFirst());
    List<String> all = new ArrayList<>(command);
    all.set(0, tool.toString());
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    int status =
        builder.redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
    String text = Files.readString(output);
    assertEquals(0, status, text);
    return text;
  }
}
