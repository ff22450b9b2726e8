package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import examples.AgronaBuffer;
import examples.LongToBytesMap;
import examples.MessageHandOff;
import examples.OrderBook;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Smalloc;

/** The examples of docs/examples, which are compiled with these tests, do what they say. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../docs/examples");

  private final Smalloc heap = Smalloc.create();

  @AfterEach
  void nothingIsLeftLive() {
    assertEquals(0, heap.stats().liveBlocks());
    heap.close();
  }

  @Test
  void eachExampleIsUnder80LinesAndListed() throws IOException {
    String readme = Files.readString(EXAMPLES.resolve("README.md"));
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      List<Path> examples = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(examples.size() >= 6, examples.toString());
      for (Path example : examples) {
        String name = example.getFileName().toString();
        assertTrue(Files.readAllLines(example).size() < 80, name);
        assertTrue(readme.contains("](" + name + ") |"), name);
      }
    }
  }

  @Test
  void anOrderBookFillsTheBestPriceFirstAndTheFirstComerThere() {
    OrderBook book = new OrderBook(heap, 1000);
    assertEquals(0, book.sell(1, 502, 10));
    assertEquals(0, book.sell(2, 501, 5));
    assertEquals(0, book.sell(3, 501, 5));
    assertEquals(0, book.buy(4, 500, 100));
    assertEquals(4, heap.stats().liveBlocks());
    assertEquals(7, book.buy(5, 501, 7));
    assertEquals(3, heap.stats().liveBlocks());
    assertEquals(13, book.buy(6, 502, 20), "3 at 501 and 10 at 502; 7 wait at 502");
    assertEquals(7, book.sell(7, 501, 7));
    assertEquals(100, book.sell(8, 0, 100));
    assertEquals(0, heap.stats().liveBlocks());
  }

  @Test
  void anOrderBookAgreesWithASumOverManyOrders() {
    OrderBook book = new OrderBook(heap, 100);
    Random random = new Random(71);
    long bought = 0;
    long sold = 0;
    long filled = 0;
    for (int id = 1; id <= 20_000; id++) {
      long quantity = 1 + random.nextInt(100);
      if (random.nextBoolean()) {
        bought += quantity;
        filled += book.buy(id, random.nextInt(100), quantity);
      } else {
        sold += quantity;
        filled += book.sell(id, random.nextInt(100), quantity);
      }
    }
    long stillBid = book.sell(0, 0, bought - filled);
    assertEquals(bought - filled, stillBid, "every buyer is filled");
    long stillAsked = book.buy(0, 99, sold - filled);
    assertEquals(sold - filled, stillAsked, "every seller is filled");
  }

  @Test
  void aMapAgreesWithAMapOfTheJdk() {
    Random random = new Random(72);
    Map<Long, byte[]> expected = new HashMap<>();
    try (LongToBytesMap map = new LongToBytesMap(heap, 512)) {
      for (int step = 0; step < 50_000; step++) {
        long key = random.nextInt(400) - 100;
        if (random.nextInt(3) > 0 && (expected.size() < 256 || expected.containsKey(key))) {
          byte[] bytes = new byte[random.nextInt(200)];
          random.nextBytes(bytes);
          map.put(key, bytes);
          expected.put(key, bytes);
        } else {
          map.remove(key);
          expected.remove(key);
        }
        assertSame(expected.get(key), map.get(key));
      }
      for (long key = -100; key < 300; key++) {
        assertSame(expected.get(key), map.get(key));
      }
      assertEquals(
          expected.size() + 1, heap.stats().liveBlocks(), "a block a value, and the table");
    }
  }

  private static void assertSame(byte[] expected, MemorySegment found) {
    if (expected == null) {
      assertNull(found);
    } else {
      assertArrayEquals(expected, found.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void aMapThatIsHalfFullRefusesAnotherKeyAndStaysAsItIs() {
    try (LongToBytesMap map = new LongToBytesMap(heap, 4)) {
      map.put(1, new byte[1]);
      map.put(2, new byte[2]);
      assertThrows(IllegalStateException.class, () -> map.put(3, new byte[3]));
      map.put(2, new byte[20]);
      map.remove(1);
      map.put(3, new byte[3]);
      assertNull(map.get(1));
      assertEquals(20, map.get(2).byteSize());
      assertEquals(3, map.get(3).byteSize());
    }
  }

  @Test
  void messagesArriveOnceEach() throws InterruptedException {
    long messages = 200_000;
    assertEquals(messages * (messages + 1) / 2, new MessageHandOff(heap).sum(messages));
  }

  @Test
  void agronaReadsABlockThroughBothViews() {
    String message = "smalloc4j, Agrona and NIO: €";
    assertEquals(message, AgronaBuffer.roundTrip(heap, message));
    assertTrue(StandardCharsets.UTF_8.encode(message).remaining() > message.length());
  }
}
