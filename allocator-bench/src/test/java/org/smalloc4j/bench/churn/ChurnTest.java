package org.smalloc4j.bench.churn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChurnTest {

  @Test
  void nothingIsLostByShortThreads() throws InterruptedException {
    for (Churn churn : List.of(Churn.ofPlatformThreads(300), Churn.ofVirtualThreads(300))) {
      Churn.Result result = churn.run();
      assertEquals(0, result.liveBlocks(), churn.name());
      assertEquals(0, result.overwritten(), churn.name());
      assertTrue(result.takenBytes() > 0, churn.name());
    }
  }

  @Test
  void residentMemoryIsThatOfTheMappingsInTheStretch() {
    List<String> lines =
        List.of(
            "1000-2000 rw-p 00000000 00:00 0",
            "Rss:                 4 kB",
            "3000-5000 rw-p 00000000 00:00 0",
            "Size:                8 kB",
            "Rss:                 8 kB",
            "5000-6000 rw-p 00000000 00:00 0 [heap]",
            "Rss:                 1 kB");
    assertEquals(8 << 10, ResidentMemory.sum(lines, 0x2000, 0x3000));
    assertEquals(13 << 10, ResidentMemory.sum(lines, 0x1000, 0x5000));
    assertEquals(0, ResidentMemory.sum(lines, 0x2000, 0x1000));
  }
}
