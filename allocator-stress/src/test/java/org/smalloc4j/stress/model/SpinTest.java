package org.smalloc4j.stress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpinTest {

  @ParameterizedTest
  @CsvSource({
    "'      619 states, stored', 619",
    "' 41449137 states, stored', 41449137",
    "'1.3928148e+08 states, stored', 139281480",
    "'   250494 states, stored (364395 visited)', 250494",
  })
  void countsOfStatesAreReadAsSpinWritesThem(String line, long states) throws IOException {
    String log = "State-vector 72 byte, depth reached 417, errors: 0\n" + line + "\n";
    assertEquals(states, Spin.number(Spin.STATES, log));
  }

  @Test
  void aSearchWithoutACountIsRefused() {
    assertThrows(IOException.class, () -> Spin.number(Spin.STATES, "pan: out of memory"));
  }
}
