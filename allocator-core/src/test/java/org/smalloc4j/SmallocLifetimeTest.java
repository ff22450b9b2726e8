package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How heaps begin and end: unreachable, redeployed, refused, with a full Java heap or stack. */
@Tag("child-jvm")
class SmallocLifetimeTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  private ChildJvm jvm() {
    return new ChildJvm(directory)
        .options("-Xmx32m", "-XX:+UseSerialGC", "-Dcore=" + ChildJvm.core());
  }

  @ParameterizedTest
  @EnumSource(names = {"DROPPED_HEAPS", "CLOSED_AND_DROPPED", "GLOBAL_AGAIN"})
  void theProgramEndsWell(LifetimePrograms program) throws IOException, InterruptedException {
    assertEquals("", jvm().run(program).succeeded().output());
  }

  @ParameterizedTest
  @EnumSource
  void aFullJavaHeapOrStackLeavesNothingReserved(FullBuildPrograms program)
      throws IOException, InterruptedException {
    assertEquals("", jvm().run(program).succeeded().output());
  }

  @Test
  void aHeapOfAnUnloadedClassLoaderGivesItsRegionBack() throws IOException, InterruptedException {
    jvm()
        .options("--enable-native-access=ALL-UNNAMED")
        .run(LifetimePrograms.REDEPLOYED)
        .succeeded();
  }

  @Test
  void aThreadThatTrimsByTheClockKeepsNoClassLoader() throws IOException, InterruptedException {
    jvm()
        .options("--enable-native-access=ALL-UNNAMED")
        .run(LifetimePrograms.REDEPLOYED_WITH_TRIM_EVERY)
        .succeeded();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anUnloadedClassLoaderGivesItsKeyOfTheCLibraryBack()
      throws IOException, InterruptedException {
    jvm()
        .options("--enable-native-access=ALL-UNNAMED")
        .run(LifetimePrograms.REDEPLOYED_WITH_VIRTUAL_THREADS)
        .succeeded();
  }

  @Test
  void aHeapThatIsDroppedWithAnOpenArenaKeepsItsRegionAndSaysSo()
      throws IOException, InterruptedException {
    ChildJvm.Result result = jvm().run(LifetimePrograms.DROPPED_WITH_ARENA);
    assertWarned(result, "heap 'left open' is no longer reachable");
  }

  @Test
  void anArenaLeftOpenKeepsTheRegionButNotTheClassLoader()
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm()
            .options("--enable-native-access=ALL-UNNAMED")
            .run(LifetimePrograms.REDEPLOYED_WITH_ARENA);
    assertWarned(result, "heap 'global' is no longer reachable");
  }

  private static void assertWarned(ChildJvm.Result result, String text) {
    String printed = result.succeeded().output();
    assertTrue(printed.contains("WARNING"), printed);
    assertEquals(2, printed.split(text, -1).length, printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"})
  void systemCallsNeedNoJavaHeap(String compiler) throws IOException, InterruptedException {
    String bytes =
        jvm()
            .options(compiler, "--add-modules=java.management,jdk.management")
            .run(LifetimePrograms.SYSTEM_CALLS_WITHOUT_GARBAGE)
            .succeeded()
            .output();
    assertEquals("0", bytes);
  }

  @Test
  void deniedNativeAccessIsSaidEachTimeWithTheOptionThatGrantsIt()
      throws IOException, InterruptedException {
    String module = Smalloc.class.getModule().isNamed() ? "org.smalloc4j" : "ALL-UNNAMED";
    String line =
        "java.lang.IllegalCallerException: smalloc4j needs native access, which this JVM denies;"
            + " start it with --enable-native-access="
            + module
            + "\n";
    assertEquals(
        line.repeat(6),
        jvm().nativeAccessDenied().run(LifetimePrograms.NATIVE_ACCESS_DENIED).succeeded().output());
  }

  @Test
  void aRefusalNamesTheHeapsThatUseTheAddresses() throws IOException, InterruptedException {
    String output = jvm().run(LifetimePrograms.ADDRESSES_USED_UP).succeeded().output();
    int heaps = Integer.parseInt(output.substring(0, output.indexOf(' ')));
    assertTrue(heaps >= 5 && heaps <= 8, output);
    assertTrue(output.contains(heaps + " open heaps hold " + ((long) heaps << 44) + " "), output);
    assertTrue(!output.contains("ulimit") && !output.contains("overcommit"), output);
  }

  @Test
  void aHeapThatSteppedDownNamesTheLimitOfTheAddressSpace()
      throws IOException, InterruptedException {
    String why =
        jvm()
            .addressSpace(8 * GIB)
            .run(LifetimePrograms.LARGER_THAN_THE_REGION)
            .succeeded()
            .output();
    assertTrue(why.contains("ulimit -v") && why.contains("8589934592 bytes"), why);
    assertTrue(!why.contains("ulimit -d") && !why.contains("overcommit"), why);
  }

  @Test
  void aHeapThatSteppedDownNamesTheLimitOfTheDataSegment()
      throws IOException, InterruptedException {
    String why =
        jvm()
            .dataSegment(4 * GIB)
            .run(LifetimePrograms.LARGER_THAN_THE_REGION)
            .succeeded()
            .output();
    assertTrue(why.contains("ulimit -d") && why.contains("4294967296 bytes"), why);
    assertTrue(!why.contains("ulimit -v") && !why.contains("overcommit"), why);
  }
}
