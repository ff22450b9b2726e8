package org.smalloc4j.internal.os;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LinuxLimitsTest {
  private static final int ENOMEM = 12;
  private static final long GIB = 1L << 30;
  private static final String ALL = "ulimit -v|ulimit -d|ulimit -l|overcommit|max_map_count|heap";

  private static LinuxLimits limits(String as, String data, String overcommit, long mappings) {
    String limits =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max data size             "
            + data
            + "            unlimited            bytes     \n"
            + "Max locked memory         65536              65536              bytes     \n"
            + "Max address space         "
            + as
            + "            unlimited            bytes     \n";
    String status =
        "Name:\tjava\nVmPeak:\t 4194304 kB\nVmSize:\t 3145728 kB\nVmData:\t 1048576 kB\n";
    return new LinuxLimits(limits, status, overcommit, "65530\n", mappings, 7, 7L << 44);
  }

  /** Asserts that an explanation names one candidate and no other. */
  private static void assertNames(String why, String... expected) {
    for (String candidate : ALL.split("\\|", -1)) {
      boolean isExpected = java.util.List.of(expected).contains(candidate);
      assertTrue(why.contains(candidate) == isExpected, candidate + " in: " + why);
    }
  }

  @Test
  void anExceededAddressSpaceIsNamedWithLimitAndUse() {
    String why = limits("4294967296", "unlimited", "0\n", 100).whyRefused(ENOMEM, 2 * GIB);
    assertNames(why, "ulimit -v");
    assertTrue(why.contains("4294967296 bytes, of which 3221225472 are in use"), why);
  }

  @Test
  void anExceededDataSegmentIsNamed() {
    String why = limits("unlimited", "2147483648", "1\n", 100).whyRefused(ENOMEM, 2 * GIB);
    assertNames(why, "ulimit -d");
    assertTrue(why.contains("2147483648 bytes, of which 1073741824 are in use"), why);
  }

  @Test
  void aLimitThatIsNotExceededIsNotNamed() {
    String why = limits("8589934592", "8589934592", "2\n", 100).whyRefused(ENOMEM, 2 * GIB);
    assertNames(why, "overcommit");
  }

  @Test
  void severalExceededLimitsAreAllNamed() {
    String why = limits("4294967296", "2147483648", "0\n", 65530).whyRefused(ENOMEM, 2 * GIB);
    assertNames(why, "ulimit -v", "ulimit -d", "max_map_count");
  }

  @Test
  void lockedMemoryIsNamedByItsErrno() {
    String why = limits("unlimited", "unlimited", "0\n", 100).whyRefused(11, 2 * GIB);
    assertNames(why, "ulimit -l");
    assertTrue(why.contains("65536 bytes") && why.contains("mlockall"), why);
  }

  @Test
  void aRefusedLockNamesLimitAndAddresses() {
    String why = LinuxLimits.now().whyNotLocked(GIB);
    assertTrue(why.startsWith("the limit is that of locked memory, "), why);
    assertTrue(why.contains("(ulimit -l)") && why.contains("" + GIB), why);
  }

  @Test
  void whereNoLimitIsExceededTheHeapsOfTheProcessAreCounted() {
    String why = limits("unlimited", "unlimited", "0\n", 100).whyRefused(ENOMEM, 16 << 10);
    assertNames(why, "heap");
    assertTrue(why.contains("7 open heaps hold 123145302310912 of the 3221225472 bytes"), why);
  }

  @Test
  void whatCannotBeReadLeavesTheCandidates() {
    for (String text : new String[] {"", "nonsense\n", "Max address space  "}) {
      String why = new LinuxLimits(text, text, text, text, -1, 0, 0).whyRefused(ENOMEM, GIB);
      assertFalse(why.isEmpty());
    }
    String why = new LinuxLimits("", "", "", "", -1, 0, 0).whyRefused(ENOMEM, GIB);
    assertNames(why, "ulimit -v", "ulimit -d", "overcommit", "heap");
  }

  @Test
  void theFilesOfThisSystemAreRead() {
    LinuxLimits now = LinuxLimits.now();
    assertTrue(now.limits().contains("Max data size"), now.limits());
    assertTrue(now.status().contains("VmSize"), now.status());
    assertTrue(now.overcommit().matches("[012]\n"), now.overcommit());
    assertTrue(Long.parseLong(now.mostMappings().strip()) > now.mappings(), now.mostMappings());
    assertTrue(now.mappings() > 10);
  }
}
