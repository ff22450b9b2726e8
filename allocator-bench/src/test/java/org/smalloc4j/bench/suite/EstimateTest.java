package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {

  private static final double EXACT = 1e-9;

  @Test
  void theValueIsTheMeanOfTheProcessesMedians() {
    Estimate estimate = Estimate.of(List.of(List.of(1.0, 2.0, 90.0), List.of(4.0)));
    assertEquals(3, estimate.value(), EXACT);
  }

  @Test
  void theIntervalIsStudentsT() {
    // s = 1, t(0.995; 2) = 9.924843, divided by the root of 3.
    Estimate estimate = Estimate.of(List.of(List.of(1.0, 2.0, 3.0)));
    assertEquals(5.730111, estimate.halfWidth(), 1e-5);
    assertEquals(2 - 5.730111, estimate.low(), 1e-5);
    assertEquals(2 + 5.730111, estimate.high(), 1e-5);
  }

  @Test
  void theIntervalCoversTheProcessesMedians() {
    // Many equal samples in two processes: by themselves they would be very sure.
    List<Double> fast = Collections.nCopies(1_000, 10.0);
    List<Double> slow = Collections.nCopies(1_000, 14.0);
    assertEquals(2, Estimate.of(List.of(fast, slow)).halfWidth(), EXACT);
  }

  @Test
  void oneSampleHasNoWidth() {
    assertEquals(0, Estimate.of(List.of(List.of(5.0))).halfWidth(), EXACT);
  }
}
