package org.smalloc4j.bench.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.Smalloc;
import org.smalloc4j.classic.SystemAllocator;

class SourcesTest {

  @TempDir private Path root;

  private void write(String file, String source) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, source);
  }

  private Set<String> needs(String file, String... without) throws IOException {
    Set<Path> others = Arrays.stream(without).map(root::resolve).collect(Collectors.toSet());
    return new Sources(root)
        .needs(root.resolve(file), others).stream()
            .map(path -> root.relativize(path).toString())
            .collect(Collectors.toSet());
  }

  @Test
  void aClassNeedsWhatItNamesAndWhatThatNames() throws IOException {
    write("a/A.java", "package a;\nimport b.B.Inner;\n/** {@link E} */ class A { D d; }");
    write("a/D.java", "package a; class D { String s = \"E\"; } // E");
    write("a/E.java", "package a; class E { }");
    write("b/B.java", "package b; import static b.C.f; class B { class Inner { } }");
    write("b/C.java", "package b; class C { }");
    assertEquals(Set.of("a/A.java", "a/D.java", "b/B.java", "b/C.java"), needs("a/A.java"));
  }

  @Test
  void classesThatNeedEachOtherAreCountedOnce() throws IOException {
    write("a/A.java", "package a; class A { B b; }");
    write("a/B.java", "package a; class B { A a; }");
    assertEquals(Set.of("a/A.java", "a/B.java"), needs("a/A.java"));
  }

  @Test
  void whatOnlyAFileThatIsLeftOutNeedsIsLeftOut() throws IOException {
    write("a/A.java", "package a; class A { B b; C c; }");
    write("a/B.java", "package a; class B { C c; D d; }");
    write("a/C.java", "package a; class C { }");
    write("a/D.java", "package a; class D { }");
    assertEquals(Set.of("a/A.java", "a/C.java"), needs("a/A.java", "a/B.java"));
  }

  @Test
  void theSourcesOfThisProjectAreFoundAndTheLargestDesignIsTheLargest() throws IOException {
    Sources sources = Sources.ofProject().orElseThrow();
    int system = sources.linesOf(SystemAllocator.class);
    int smalloc = sources.linesOf(Smalloc.class);
    assertTrue(50 < system && system < smalloc, system + " and " + smalloc);
  }
}
