package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What depends on the process: its address space, its garbage collector, its output. */
@Tag("child-jvm")
class SmallocProcessTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  private ChildJvm jvm() {
    return new ChildJvm(directory).options("-Xmx64m");
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 64, 1024, 20 * 1024})
  void aHeapStepsDownToTheAddressSpaceThatThereIs(long gibibytes)
      throws IOException, InterruptedException {
    String output =
        jvm().addressSpace(gibibytes * GIB).run(ChildPrograms.STEP_DOWN).succeeded().output();
    int refusedBits = Integer.parseInt(output.split(" ")[0]);
    long reservedBytes = Long.parseLong(output.split(" ")[1]);
    assertTrue(refusedBits > 0 == (gibibytes < 16 * 1024), output);
    assertEquals(1L << 44 >> refusedBits, reservedBytes);
    assertTrue(reservedBytes >= gibibytes * GIB / 16, output);
    assertTrue(reservedBytes < gibibytes * GIB, output);
  }

  @Test
  void eightGibibytesOfAddressesGiveLargeBlocksAndManySmallOnes()
      throws IOException, InterruptedException {
    jvm().addressSpace(8 * GIB).run(ChildPrograms.LARGE_AND_MANY).succeeded();
  }

  @Test
  void aHeapThatLocksItsMemoryLocksWhatIsTouchedAndTrimsAllTheSame()
      throws IOException, InterruptedException {
    String output = jvm().run(ChildPrograms.LOCKED).succeeded().output();
    assertTrue(output.matches("locked|refused .*ulimit -l.*"), output);
  }

  @Test
  void aRegionOfAnExplicitSizeIsRefusedWithErrnoAndTheLimit()
      throws IOException, InterruptedException {
    String message =
        jvm().addressSpace(8 * GIB).run(ChildPrograms.REFUSED_EXACT_REGION).succeeded().output();
    for (String part : new String[] {"2^44", "'wide'", "errno 12", "ulimit -v", "regionBits"}) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void aHeapThatFindsNoRegionAtAllIsRefusedAndLeavesTheOthersWorking()
      throws IOException, InterruptedException {
    String message =
        jvm().addressSpace(8 * GIB).run(ChildPrograms.REFUSED_AFTER_MANY).succeeded().output();
    for (String part : new String[] {"2^44", "2^28", "errno 12 (ENOMEM)", "ulimit -v"}) {
      assertTrue(message.contains(part), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"G1", "Z", "Parallel", "Serial", "Shenandoah"})
  void twoLargeHeapsWorkBesideEachCollector(String collector)
      throws IOException, InterruptedException {
    ChildJvm jvm = new ChildJvm(directory).options("-XX:+Use" + collector + "GC");
    assertEquals("", jvm.run(ChildPrograms.TWO_LARGE_HEAPS).succeeded().output());
  }

  @Test
  void theCallsLeaveNothingOnTheJavaHeap() throws IOException, InterruptedException {
    new ChildJvm(directory)
        .options("-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC", "-Xmx64m")
        .options("-Xlog:disable")
        .run(ChildPrograms.NO_GARBAGE)
        .succeeded();
  }

  @Test
  void theFirstHeapTeachesTheCompilerNoFastPathThatFails()
      throws IOException, InterruptedException {
    // A method is profiled once it is compiled, here before its next call. The second program
    // shows that it is seen.
    assertEquals(List.of(), compiledFastPaths(ChildPrograms.FIRST_HEAP));
    assertNotEquals(List.of(), compiledFastPaths(ChildPrograms.FIRST_PAIRS));
  }

  private List<String> compiledFastPaths(ChildPrograms program)
      throws IOException, InterruptedException {
    Pattern fastPath =
        Pattern.compile("OwnedHeap::try|OwnedSlab::(take|tryPut)|Stash::take(Returned|Run|Fresh)");
    String output =
        jvm().options("-XX:+PrintCompilation", "-Xbatch").run(program).succeeded().output();
    return output.lines().filter(fastPath.asPredicate()).toList();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aVirtualThreadUsesItsCarriersSlab() throws IOException, InterruptedException {
    jvm().run(ChildPrograms.CARRIER_OWNS).succeeded();
  }

  @Test
  void aVirtualThreadUsesItsCarriersSlabWhereTheJdkShowsTheCarrier()
      throws IOException, InterruptedException {
    Module module = Smalloc.class.getModule();
    jvm()
        .options(
            "--add-exports=java.base/jdk.internal.access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED"))
        .run(ChildPrograms.VISIBLE_CARRIER_OWNS)
        .succeeded();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSlabOfACarrierThatHasEndedIsAdopted() throws IOException, InterruptedException {
    jvm()
        .options("-XX:+UnlockExperimentalVMOptions", "-XX:-VMContinuations")
        .run(ChildPrograms.CARRIERS_THAT_END)
        .succeeded();
  }

  @Test
  void nothingIsPrinted() throws IOException, InterruptedException {
    assertEquals("", jvm().run(ChildPrograms.EVERYTHING).succeeded().output());
  }
}
