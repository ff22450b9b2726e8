package org.smalloc4j.bench.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceReaderTest {

  private static final int PLENTY = 1 << 20;

  @TempDir private Path directory;

  @Test
  void allFieldsComeBackAsWritten() throws IOException {
    Trace trace =
        read(
            new TraceFile()
                .threads(3)
                .malloc(0, 1, 100)
                .calloc(1, 0, 50)
                .realloc(2, 1, 30)
                .aligned(2, 2, 64, 6)
                .free(1, 1));
    assertEquals("small", trace.name());
    assertEquals(3, trace.threads());
    assertEquals(3, trace.ids());
    assertArrayEquals(new byte[] {1, 4, 3, 5, 2}, trace.ops());
    assertArrayEquals(new byte[] {0, 0, 0, 6, 0}, trace.alignLog2());
    assertArrayEquals(new char[] {0, 1, 2, 2, 1}, trace.threadOf());
    assertArrayEquals(new int[] {1, 0, 1, 2, 1}, trace.idOf());
    assertArrayEquals(new long[] {100, 50, 30, 64, 0}, trace.sizes());
    assertArrayEquals(new long[] {0, 0, 100, 0, 30}, trace.sizesBefore());
    assertEquals(150, trace.peakLiveBytes());
  }

  @Test
  void aTraceLongerThanOneChunkIsReadToItsEnd() throws IOException {
    var file = new TraceFile();
    for (int id = 0; id < 100_000; id++) {
      file.malloc(0, id, id);
    }
    Trace trace = read(file);
    assertEquals(100_000, trace.events());
    assertEquals(99_999, trace.sizes()[99_999]);
  }

  @Test
  void anEmptyTraceIsValid() throws IOException {
    assertEquals(0, read(new TraceFile()).events());
  }

  @Test
  void aPrefixKeepsWhatItsEventsSay() throws IOException {
    Trace trace = read(new TraceFile().malloc(0, 0, 8).free(0, 0).malloc(0, 1, 90)).first(2);
    assertEquals(2, trace.events());
    assertEquals(8, trace.peakLiveBytes());
    assertArrayEquals(new long[] {0, 8}, trace.sizesBefore());
  }

  @Test
  void aFileThatIsNotGzipIsNamed() throws IOException {
    assertDamaged(new TraceFile().malloc(0, 0, 8).plainBytes(), 0, "not a gzip file");
    assertDamaged(new byte[0], 0, "not a gzip file");
  }

  @Test
  void aTruncatedGzipIsMetAtTheEventItBreaks() throws IOException {
    var random = new Random(7);
    var file = new TraceFile();
    for (int id = 0; id < 10_000; id++) {
      file.malloc(0, id, random.nextInt(1 << 30));
    }
    byte[] whole = file.toBytes();
    String message = damage(Arrays.copyOf(whole, whole.length / 2));
    assertTrue(message.contains("truncated gzip"), message);
    int event = Integer.parseInt(message.replaceAll(".*event (\\d+):.*", "$1"));
    assertTrue(event > 4_000 && event < 6_000, message);
  }

  @Test
  void aGzipCutInItsTrailerIsTruncated() throws IOException {
    byte[] whole = new TraceFile().malloc(0, 0, 8).toBytes();
    assertDamaged(Arrays.copyOf(whole, whole.length - 4), 1, "truncated gzip");
  }

  @Test
  void aFlippedBitIsFound() throws IOException {
    byte[] whole = new TraceFile().malloc(0, 0, 8).toBytes();
    whole[whole.length - 5] ^= 1;
    assertDamaged(whole, 1, "corrupt gzip");
  }

  @Test
  void aTruncatedHeaderIsNamed() throws IOException {
    byte[] header = Arrays.copyOf(new TraceFile().plainBytes(), 20);
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(header);
    }
    assertDamaged(zipped.toByteArray(), 0, "truncated header, 20 of 32 bytes");
  }

  @Test
  void aWrongMagicIsQuoted() throws IOException {
    assertDamaged(
        new TraceFile().magic("ATRACE\u00070"),
        0,
        "wrong magic \"ATRACE?0\", expected \"ATRACE01\"");
  }

  @Test
  void aReservedFieldInUseIsRefused() throws IOException {
    assertDamaged(new TraceFile().reserved(5), 0, "reserved header field is 5, expected 0");
  }

  @Test
  void absurdCountsAreRefusedBeforeMemoryIsTaken() throws IOException {
    assertDamaged(
        new TraceFile().announceEvents(Long.MAX_VALUE), 0, "announces 9223372036854775807 events");
    assertDamaged(
        new TraceFile().announceEvents(PLENTY).announceIds(1L << 40),
        0,
        "announces 1099511627776 ids for 1048576 events");
    assertDamaged(new TraceFile().threads(65_537), 0, "announces 65537 threads");
  }

  @Test
  void fewerEventsThanAnnouncedAreRefused() throws IOException {
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).announceEvents(3),
        1,
        "the trace ends here, the header announces 3 events");
  }

  @Test
  void moreEventsThanAnnouncedAreRefused() throws IOException {
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).free(0, 0).announceEvents(1),
        1,
        "more records than the 1 the header announces");
  }

  @Test
  void halfARecordAtTheEndIsRefused() throws IOException {
    assertDamaged(new TraceFile().malloc(0, 0, 8).bytes(7), 1, "truncated record, 7 of 16 bytes");
  }

  @Test
  void fewerIdsThanAnnouncedAreRefused() throws IOException {
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).free(0, 0).announceIds(2),
        2,
        "ends with 1 ids allocated, the header announces 2");
  }

  @Test
  void anUnknownOperationIsRefused() throws IOException {
    assertDamaged(new TraceFile().malloc(0, 0, 8).event(6, 0, 0, 0, 0), 1, "unknown op 6");
    assertDamaged(new TraceFile().malloc(0, 0, 8).event(0, 0, 0, 0, 0), 1, "unknown op 0");
    assertDamaged(new TraceFile().malloc(0, 0, 8).event(255, 0, 0, 0, 0), 1, "unknown op 255");
  }

  @Test
  void aThreadIndexOutOfRangeIsRefused() throws IOException {
    assertDamaged(
        new TraceFile().threads(2).malloc(2, 0, 8),
        0,
        "thread index 2 out of range, threads are 0");
  }

  @Test
  void anIdOutOfRangeIsRefused() throws IOException {
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).event(2, 0, 0, 1, 0), 1, "id 1 out of range, ids are 0");
    assertDamaged(new TraceFile().malloc(0, -1, 8), 0, "id 4294967295 out of range");
  }

  @Test
  void anIdUsedOutOfOrderIsRefused() throws IOException {
    assertDamaged(
        new TraceFile().free(0, 0).malloc(0, 0, 8), 0, "free of id 0, which was not allocated");
    assertDamaged(
        new TraceFile().realloc(0, 0, 5).malloc(0, 0, 8),
        0,
        "realloc of id 0, which was not allocated");
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).malloc(0, 0, 8),
        1,
        "malloc of id 0, which is allocated already");
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).free(0, 0).calloc(0, 0, 8),
        2,
        "calloc of id 0, which was allocated and freed before");
    assertDamaged(
        new TraceFile().malloc(0, 0, 8).free(0, 0).free(0, 0),
        2,
        "free of id 0, which was freed before");
  }

  @Test
  void fieldsAnOperationDoesNotHaveMustBeZero() throws IOException {
    assertDamaged(new TraceFile().event(1, 4, 0, 0, 8).announceIds(1), 0, "alignment on a malloc");
    assertDamaged(new TraceFile().malloc(0, 0, 8).event(2, 0, 0, 0, 9), 1, "size 9 on a free");
  }

  @Test
  void absurdSizesAndAlignmentsAreRefused() throws IOException {
    assertDamaged(new TraceFile().aligned(0, 0, 8, 32), 0, "alignment 2^32 is above 2^31");
    assertDamaged(new TraceFile().malloc(0, 0, -1), 0, "size 18446744073709551615 is above");
    assertDamaged(new TraceFile().malloc(0, 0, 1L << 47), 0, "size 140737488355328 is above");
  }

  @Test
  void aMissingFileIsNotCalledDamaged() {
    assertThrows(
        NoSuchFileException.class, () -> TraceReader.read(directory.resolve("none.atrace.gz")));
  }

  private Trace read(TraceFile file) throws IOException {
    return TraceReader.read(file.write(directory), PLENTY);
  }

  private void assertDamaged(TraceFile file, int event, String reason) throws IOException {
    assertDamaged(file.toBytes(), event, reason);
  }

  private void assertDamaged(byte[] content, int event, String reason) throws IOException {
    String message = damage(content);
    assertTrue(
        message.startsWith(directory.resolve("damaged") + ": event " + event + ": "), message);
    assertTrue(message.contains(reason), message);
  }

  private String damage(byte[] content) throws IOException {
    Path file = Files.write(directory.resolve("damaged"), content);
    return assertThrows(DamagedTraceException.class, () -> TraceReader.read(file, PLENTY))
        .getMessage();
  }
}
