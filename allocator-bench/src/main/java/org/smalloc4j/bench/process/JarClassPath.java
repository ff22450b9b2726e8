package org.smalloc4j.bench.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** Class paths with their directories packed into jars: an AOT cache takes nothing else. */
public final class JarClassPath {

  private JarClassPath() {}

  /** Writes this JVM's class path below {@code directory}; returns it. */
  public static String writeTo(Path directory) throws IOException {
    return pack(directory, System.getProperty("java.class.path").split(File.pathSeparator, -1));
  }

  /** Writes what these classes were loaded from below {@code directory}; returns the class path. */
  public static String of(Path directory, Class<?>... classes) throws IOException {
    var places = new String[classes.length];
    for (int i = 0; i < classes.length; i++) {
      URL place = classes[i].getProtectionDomain().getCodeSource().getLocation();
      places[i] = Path.of(URI.create(place.toString())).toString();
    }
    return pack(directory, places);
  }

  private static String pack(Path directory, String[] places) throws IOException {
    var entries = new ArrayList<String>();
    for (String entry : places) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        Path jar = directory.resolve("classes-" + entries.size() + ".jar");
        packInto(jar, path);
        entries.add(jar.toString());
      } else {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void packInto(Path jar, Path classes) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        var packed = new JarOutputStream(out);
        var files = Files.walk(classes)) {
      List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
      for (Path file : sorted) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        packed.putNextEntry(new ZipEntry(name));
        Files.copy(file, packed);
      }
    }
  }
}
