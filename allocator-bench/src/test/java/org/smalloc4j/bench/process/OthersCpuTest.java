package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class OthersCpuTest {

  private static OthersCpu at(String ticks, long ownMillis) {
    OthersCpu counters = OthersCpu.of("cpu  " + ticks + "\ncpu0 1 2\n", ownMillis * 1_000_000);
    assertNotNull(counters);
    return counters;
  }

  @Test
  void whatIsBusyAndNotOursIsOthers() {
    OthersCpu begin = at("100 0 0 100 0 0 0 0 0 0", 500);
    // A second of two CPUs: 90 ticks of user, 20 of system, 10 stolen, 80 idle; 60 of them ours.
    OthersCpu end = at("190 0 20 170 10 0 0 10 0 0", 1_100);
    assertEquals(0.3, end.shareSince(begin), 1e-9);
  }

  @Test
  void anIdleMachineGivesNone() {
    OthersCpu begin = at("0 0 0 0 0 0 0 0", 0);
    assertEquals(0.0, at("50 0 0 150 0 0 0 0", 500).shareSince(begin));
    assertEquals(0.0, at("50 0 0 150 0 0 0 0", 509).shareSince(begin), "the steps differ");
  }

  @Test
  void whatCannotBeToldIsNull() {
    OthersCpu begin = at("0 0 0 0 0 0 0 0", 0);
    assertNull(begin.shareSince(begin));
    assertNull(OthersCpu.of("intr 1 2 3", 0));
    assertNull(OthersCpu.of("", 0));
  }

  @Test
  void thisMachineTells() {
    OthersCpu now = OthersCpu.now();
    assertNotNull(now);
    assertNotNull(now.shareSince(new OthersCpu(0, 0, 0)));
  }
}
