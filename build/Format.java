import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over all Java files of the project: {@code check} fails when a file would
 * change, {@code fix} rewrites it. The build calls it: {@code java Format.java <formatter jar>
 * <check|fix> <project directory>}.
 */
final class Format {
  private Format() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String jar = args[0];
    boolean fix =
        switch (args[1]) {
          case "fix" -> true;
          case "check" -> false;
          default -> throw new IllegalArgumentException("check or fix, not " + args[1]);
        };
    Path project = Path.of(args[2]);
    List<Path> roots = new ArrayList<>(List.of(project.resolve("build")));
    try (Stream<Path> modules = Files.list(project)) {
      modules.map(module -> module.resolve("src")).filter(Files::isDirectory).forEach(roots::add);
    }
    List<String> files = new ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> found = Files.walk(root)) {
        found.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(files::add);
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The formatter works inside javac; its manifest opens the packages it needs under -jar.
    command.addAll(List.of("-jar", jar));
    command.addAll(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    command.addAll(files);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      System.err.println(
          fix
              ? "The files named above could not be formatted."
              : "The files named above are not formatted. To format all files, run: ./format");
      System.exit(status);
    }
  }
}
