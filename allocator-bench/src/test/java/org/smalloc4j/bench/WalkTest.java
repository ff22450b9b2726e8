package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes, methods and fields that docs/walk.md names are the code's. */
class WalkTest {

  private static final Path PAGE = Path.of("..", "docs", "walk.md");

  private static final List<String> PACKAGES =
      List.of(
          "org.smalloc4j.internal.slab.",
          "org.smalloc4j.internal.address.",
          "org.smalloc4j.bench.picture.",
          "org.smalloc4j.bench.");

  /** A name in code type, as Class, Class.member or CONSTANT. */
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");

  @Test
  void everyNameIsOfTheCode() throws IOException {
    List<String> unknown =
        names()
            .filter(name -> !isKnown(name.group(1), name.group(2)))
            .map(Object::toString)
            .toList();
    assertEquals(List.of(), unknown);
  }

  @Test
  void theClassesOfTheWalkAreOnIt() throws IOException {
    List<String> classes = names().map(name -> name.group(1)).toList();
    assertTrue(
        classes.containsAll(
            List.of("OwnedHeap", "OwnedSlab", "Stash", "Outbox", "SharedWords", "Owners")),
        classes::toString);
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    Pattern.compile("]\\(([^)#:]+)")
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(link -> assertTrue(Files.exists(PAGE.resolveSibling(link.group(1))), link::group));
  }

  private static Stream<MatchResult> names() throws IOException {
    return NAME.matcher(Files.readString(PAGE)).results();
  }

  private static boolean isKnown(String name, String member) {
    if (member == null && name.equals(name.toUpperCase(java.util.Locale.ROOT))) {
      return Stream.of("OwnedSlab", "Outbox", "Owners").anyMatch(of -> isKnown(of, name));
    }
    Optional<Class<?>> found = PACKAGES.stream().flatMap(in -> load(in + name)).findFirst();
    return found.isPresent() && (member == null || has(found.get(), member));
  }

  private static Stream<Class<?>> load(String name) {
    try {
      return Stream.of(Class.forName(name, false, WalkTest.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    }
  }

  private static boolean has(Class<?> of, String member) {
    return Stream.<Member>concat(
            Arrays.stream(of.getDeclaredMethods()), Arrays.stream(of.getDeclaredFields()))
        .anyMatch(each -> each.getName().equals(member));
  }
}
