package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OthersCpuTest {

  /** A quarter of our own ticks in each of: user and system mode, our own and our children's. */
  private static OthersCpu at(String ticks, long own) {
    String each = " " + own / 4;
    String ownStat = "7 (a (b) c) R 1 7 7 0 -1 4 9 9 9 9" + each.repeat(4) + " 20 0 25 0 9";
    OthersCpu counters = OthersCpu.of("cpu  " + ticks + "\ncpu0 1 2\n", ownStat);
    assertNotNull(counters);
    return counters;
  }

  @Test
  void whatIsBusyAndNotOursIsOthers() {
    OthersCpu begin = at("100 0 0 100 0 0 0 0 0 0", 48);
    // A second of two CPUs: 90 ticks of user, 20 of system, 10 stolen, 80 idle; 60 of them ours.
    OthersCpu end = at("190 0 20 170 10 0 0 10 0 0", 108);
    assertEquals(0.3, end.shareSince(begin), 1e-9);
  }

  @Test
  void anIdleMachineGivesNone() {
    OthersCpu begin = at("0 0 0 0 0 0 0 0", 0);
    assertEquals(0.0, at("52 0 0 150 0 0 0 0", 52).shareSince(begin));
    assertEquals(0.0, at("50 0 0 150 0 0 0 0", 52).shareSince(begin), "the steps differ");
  }

  @Test
  void whatCannotBeToldIsNull() {
    OthersCpu begin = at("0 0 0 0 0 0 0 0", 0);
    assertNull(begin.shareSince(begin));
    String own = "7 (java) R" + " 1".repeat(40);
    assertNotNull(OthersCpu.of("cpu 1 2 3 4 5 6 7 8 9", own));
    assertNull(OthersCpu.of("cpu 1 2 3 4 5 6 7 8 9", "7 (java) R 1 2"));
    assertNull(OthersCpu.of("intr 1 2 3", own));
    assertNull(OthersCpu.of("", own));
  }

  @Test
  void aChildThatHasEndedIsOurs() throws Exception {
    OthersCpu begin = OthersCpu.now();
    Process child =
        new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done")
            .start();
    assertEquals(0, child.waitFor());
    OthersCpu end = OthersCpu.now();
    assertNotNull(begin);
    assertNotNull(end);
    assertTrue(end.ownTicks() - begin.ownTicks() >= 5, () -> begin + " " + end);
  }

  @Test
  void thisMachineTells() {
    OthersCpu now = OthersCpu.now();
    assertNotNull(now);
    assertNotNull(now.shareSince(new OthersCpu(0, 0, 0)));
  }
}
