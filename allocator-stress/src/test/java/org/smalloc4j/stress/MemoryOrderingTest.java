package org.smalloc4j.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.runners.TestList;

/** docs/memory-ordering.md says the truth about the tests, and leaves no shared access out. */
class MemoryOrderingTest {
  private static final String CONTROLS = ".control.";
  private static final String MODELS = ".model.";

  private final MemoryOrderingPage page = MemoryOrderingPage.read();

  MemoryOrderingTest() throws IOException {}

  private static Set<String> simpleNames(boolean controls) {
    return TestList.tests().stream()
        .filter(name -> !name.contains(MODELS) && name.contains(CONTROLS) == controls)
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyRowNamesATestOrSaysWhyThereIsNone() {
    assertFalse(page.rows().isEmpty());
    List<String> without =
        page.rows().stream()
            .filter(row -> row.tests().isEmpty() && !row.shownBy().matches("none: \\w.*"))
            .map(MemoryOrderingPage.Row::access)
            .toList();
    assertEquals(List.of(), without);
  }

  @Test
  void everyTestThatARowNamesExists() {
    Set<String> named = new TreeSet<>();
    page.rows().forEach(row -> named.addAll(row.tests()));
    named.removeAll(simpleNames(false));
    assertEquals(Set.of(), named);
  }

  @Test
  void everyTestIsNamedByARow() {
    Set<String> tests = simpleNames(false);
    assertFalse(tests.isEmpty());
    page.rows().forEach(row -> tests.removeAll(row.tests()));
    assertEquals(Set.of(), tests);
  }

  @Test
  void everyWeakenedVariantThatARowPromisesExists() {
    Set<String> controls = simpleNames(true);
    for (MemoryOrderingPage.Row row : page.rows()) {
      for (String test : row.weakened()) {
        assertTrue(
            controls.stream().anyMatch(control -> control.startsWith(test)),
            "no weakened variant of " + test);
      }
    }
  }

  @Test
  void everyWeakenedVariantIsPromisedByARow() {
    Set<String> promised = new TreeSet<>();
    page.rows().forEach(row -> promised.addAll(row.weakened()));
    for (String control : simpleNames(true)) {
      assertTrue(promised.stream().anyMatch(control::startsWith), "no row has a W for " + control);
    }
  }

  @Test
  void everyMethodThatAccessesSharedMemoryHasARow() throws Exception {
    Set<String> without = new TreeSet<>(SharedAccesses.ofCore().methods());
    assertTrue(without.contains("SharedWords.tryPop"), "the class files are not read");
    without.removeIf(page::hasRowOf);
    assertEquals(Set.of(), without);
  }

  @Test
  void everyFieldThatCanChangeHasARow() throws Exception {
    Set<String> without = new TreeSet<>(SharedAccesses.ofCore().mutableFields());
    assertTrue(without.contains("OwnedSlab.ownerId"), "the class files are not read");
    without.removeIf(page::hasRowOf);
    assertEquals(Set.of(), without);
  }
}
