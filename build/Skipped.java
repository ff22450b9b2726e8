import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Lists the tests that were skipped, and why, from the reports of the last run: first those for
 * which something is missing on this machine, then those that do not apply where they stand, as a
 * test of every allocator's contract does to one that promises less.
 *
 * <p>{@code java Skipped.java <project directory> [--none] [WHAT ELSE WAS SKIPPED...]}; with {@code
 * --none} it ends with status 1 if something is missing.
 */
final class Skipped {

  /** What a test says that needs a program or a library. */
  private static final String MISSING = "not on this machine";

  private static final String DOES_NOT_APPLY = "does not apply";

  private final List<String> missing = new ArrayList<>();

  /** How many of a class, by class and reason. */
  private final Map<String, Integer> notApplying = new TreeMap<>();

  private Skipped() {}

  public static void main(String[] args) throws IOException, XMLStreamException {
    Path project = Path.of(args[0]);
    var skipped = new Skipped();
    boolean none = false;
    for (String argument : List.of(args).subList(1, args.length)) {
      if (argument.equals("--none")) {
        none = true;
      } else {
        skipped.missing.add(argument);
      }
    }
    for (Path report : reports(project)) {
      skipped.read(report);
    }
    skipped.print();
    System.exit(none && !skipped.missing.isEmpty() ? 1 : 0);
  }

  /** The reports written since the run began. */
  private static List<Path> reports(Path project) throws IOException {
    Path started = project.resolve("target/tests-started");
    FileTime since =
        Files.exists(started) ? Files.getLastModifiedTime(started) : FileTime.fromMillis(0);
    var reports = new ArrayList<Path>();
    try (Stream<Path> modules = Files.list(project)) {
      for (Path module : modules.sorted().toList()) {
        Path directory = module.resolve("target/surefire-reports");
        if (Files.isDirectory(directory)) {
          try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
              if (file.toString().endsWith(".xml")
                  && Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                reports.add(file);
              }
            }
          }
        }
      }
    }
    return reports;
  }

  private void read(Path report) throws IOException, XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (var in = Files.newInputStream(report)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      String test = "";
      String className = "";
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT) {
          if (xml.getLocalName().equals("testcase")) {
            className = xml.getAttributeValue(null, "classname");
            test = xml.getAttributeValue(null, "name");
          } else if (xml.getLocalName().equals("skipped")) {
            String message = xml.getAttributeValue(null, "message");
            add(className, test, message == null ? xml.getElementText() : message);
          }
        }
      }
    }
  }

  private void add(String className, String test, String thrown) {
    String reason =
        thrown
            .strip()
            .lines()
            .findFirst()
            .orElse("")
            .replaceFirst("^[\\w.]*TestAbortedException: ", "")
            .replaceFirst("^Assumption failed: (assumption is not true)?", "");
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    if (reason.contains(MISSING)) {
      missing.add(simpleName + "." + test + ": " + reason);
    } else {
      String why = reason.isEmpty() || reason.startsWith("org.") ? DOES_NOT_APPLY : reason;
      notApplying.merge(simpleName + ": " + why, 1, Integer::sum);
    }
  }

  private void print() {
    if (missing.isEmpty() && notApplying.isEmpty()) {
      System.out.println("No test was skipped.");
    }
    if (!missing.isEmpty()) {
      System.out.println("Skipped, for something is missing:");
      missing.forEach(line -> System.out.println("  " + line));
    }
    if (!notApplying.isEmpty()) {
      System.out.println("Skipped where they do not apply:");
      notApplying.forEach((line, count) -> System.out.println("  " + count + " of " + line));
    }
  }
}
