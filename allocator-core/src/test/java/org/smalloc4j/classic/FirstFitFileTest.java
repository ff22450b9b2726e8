package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.ChildJvm;
import org.smalloc4j.OffHeap;

/** Heaps in files: what the next process finds, and which files are refused. */
class FirstFitFileTest {
  private static final long MAX_BYTES = 1 << 20;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("heap");
  }

  private FirstFitAllocator open() {
    return FirstFitAllocator.open(Growers.file(file, MAX_BYTES));
  }

  /** Fails unless the file is refused with these words, and stays as it is. */
  private void assertRefused(Class<? extends Throwable> type, String... parts) throws IOException {
    byte[] before = Files.readAllBytes(file);
    for (Coalescing coalescing : Coalescing.values()) {
      Grower grower = Growers.file(file, MAX_BYTES);
      String message =
          assertThrows(type, () -> FirstFitAllocator.open(grower, coalescing)).getMessage();
      for (String part : parts) {
        assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
      }
      assertTrue(message.contains(file.toString()), message);
      assertArrayEquals(before, Files.readAllBytes(file), "nothing is written to it");
    }
  }

  /** Makes a heap of some live and free blocks; returns the offsets of its headers. */
  private List<Long> makeHeap() {
    List<Long> headers = new ArrayList<>();
    try (FirstFitAllocator heap = open()) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        live.add(heap.malloc(i * 10));
      }
      heap.setRoot(live.get(5));
      for (int i = 0; i < 40; i += 3) {
        heap.free(live.get(i));
      }
      heap.visit((offset, _, _) -> headers.add(offset));
      headers.add(heap.heap().blocks().end());
    }
    return headers;
  }

  private void put(long offset, long word) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      buffer.putLong(0, word);
      bytes.seek(offset);
      bytes.write(buffer.array());
    }
  }

  private long get(long offset) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.nativeOrder())
        .getLong((int) offset);
  }

  @ParameterizedTest
  @EnumSource
  void aHeapIsFoundAgainWithItsBlocksAndItsRootWhereverItIsMapped(Coalescing coalescing) {
    long root;
    AllocatorStats stats;
    try (FirstFitAllocator heap = FirstFitAllocator.open(Growers.file(file, MAX_BYTES))) {
      root = heap.malloc(100);
      long large = heap.malloc(5000);
      heap.free(heap.malloc(40));
      OffHeap.storeLong(root, large - root);
      OffHeap.fill(large, 5000, (byte) 42);
      heap.setRoot(root);
      stats = heap.stats();
    }
    Path other = directory.resolve("other");
    try (FirstFitAllocator inItsPlace = FirstFitAllocator.open(Growers.file(other, MAX_BYTES));
        FirstFitAllocator heap =
            FirstFitAllocator.open(Growers.file(file, 2 * MAX_BYTES), coalescing)) {
      assertEquals(0, inItsPlace.stats().liveBlocks());
      assertNotEquals(root, heap.root(), "it is mapped elsewhere");
      assertEquals(stats.liveBlocks(), heap.stats().liveBlocks());
      long found = heap.root() + OffHeap.loadLong(heap.root());
      assertTrue(heap.usableSize(found) >= 5000);
      assertEquals(42, OffHeap.loadByte(found + 4999));
      FirstFitWalk.check(heap, List.of(heap.root(), found));
      heap.free(found);
      FirstFitWalk.check(heap, List.of(heap.root()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasFreeIsUsedBeforeTheFileGrows(Coalescing coalescing) throws IOException {
    makeHeap();
    long length = Files.size(file);
    try (FirstFitAllocator heap =
        FirstFitAllocator.open(Growers.file(file, MAX_BYTES), coalescing)) {
      while (heap.stats().sizeClasses().stream().anyMatch(c -> c.freeBlocks() > 0)) {
        heap.malloc(24);
      }
      assertEquals(length, Files.size(file));
      heap.malloc(24);
      assertTrue(Files.size(file) > length);
    }
  }

  @Test
  void aHeapIsClosedAndOpenedManyTimesWithoutLoss() {
    SplittableRandom random = new SplittableRandom(90);
    List<Long> offsets = new ArrayList<>();
    long stays;
    try (FirstFitAllocator heap = open()) {
      stays = heap.malloc(8);
      heap.setRoot(stays);
    }
    for (int round = 0; round < 50; round++) {
      Coalescing coalescing = Coalescing.values()[round % 2];
      Grower grower = Growers.file(file, MAX_BYTES);
      try (FirstFitAllocator heap = FirstFitAllocator.open(grower, coalescing)) {
        long root = heap.root();
        List<Long> live = new ArrayList<>(offsets.stream().map(offset -> root + offset).toList());
        live.add(root);
        FirstFitWalk.check(heap, live);
        for (int call = 0; call < 100; call++) {
          if (offsets.size() > 50) {
            heap.free(root + offsets.remove(random.nextInt(offsets.size())));
          } else {
            offsets.add(heap.malloc(random.nextInt(3000)) - root);
          }
        }
      }
    }
  }

  @Test
  void aFileThatWasCutAnywhereIsRefusedAsTruncated() throws IOException {
    List<Long> headers = makeHeap();
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(91);
    List<Long> lengths = new ArrayList<>(List.of(1L, 8L, 63L));
    for (long header : headers) {
      lengths.add(header);
      lengths.add(header + random.nextLong(8));
    }
    for (long length : lengths) {
      Files.write(file, Arrays.copyOf(whole, (int) length));
      assertRefused(IllegalArgumentException.class, "truncated", "" + length);
    }
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Files.writeString(file, "This is a text that somebody wrote with care. ".repeat(100));
    assertRefused(IllegalArgumentException.class, "is no first-fit heap", "it begins with 0x");
    Files.write(file, new byte[100_000]);
    assertRefused(IllegalArgumentException.class, "is no first-fit heap");
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() throws IOException {
    makeHeap();
    put(8, 7);
    assertRefused(IllegalArgumentException.class, "version 7", "reads version 1");
  }

  @Test
  void anotherByteOrderIsRefused() throws IOException {
    makeHeap();
    put(0, Long.reverseBytes(get(0)));
    assertRefused(IllegalArgumentException.class, "other byte order");
  }

  @Test
  void damagedFirstWordsAreRefused() throws IOException {
    makeHeap();
    put(16, get(16) + 1);
    assertRefused(IllegalArgumentException.class, "is damaged", "first words");
  }

  @Test
  void aRootThatIsNoLiveBlockIsRefused() throws IOException {
    List<Long> headers = makeHeap();
    for (long offset : new long[] {1, 57, headers.getFirst(), headers.getLast(), -1, 1L << 50}) {
      put(24, offset);
      assertRefused(IllegalArgumentException.class, "contradicts itself", "root", "" + offset);
    }
  }

  @Test
  void anyBitThatChangedInAHeaderIsRefusedWithItsOffset() throws IOException {
    List<Long> headers = makeHeap();
    SplittableRandom random = new SplittableRandom(92);
    for (long header : headers) {
      for (int i = 0; i < 4; i++) {
        long word = get(header);
        put(header, word ^ 1L << random.nextInt(64));
        assertRefused(IllegalArgumentException.class, "is damaged", "offset " + header);
        put(header, word);
      }
    }
    open().close();
  }

  @Test
  void aHeaderThatWasWrittenForItsPlaceAndContradictsItselfIsRefused() throws IOException {
    List<Long> headers = makeHeap();
    long seed = get(16);
    long at = headers.get(3);
    long word = get(at);
    for (long content : new long[] {16 | 1, 0, 64 | 1 | 2, 64 | 8, 2}) {
      put(at, BlockHeader.of(at, content & -16, (int) content & 15, seed));
      assertRefused(IllegalArgumentException.class, "contradicts itself", "offset " + at);
    }
    put(at, BlockHeader.of(at, MAX_BYTES, 1, seed));
    assertRefused(IllegalArgumentException.class, "truncated");
    put(at, word);
    open().close();
  }

  @Test
  void twoHeapsOfAProcessCannotHaveOneFile() throws IOException {
    try (FirstFitAllocator heap = open()) {
      heap.malloc(8);
      assertRefused(IllegalStateException.class, "in use by another heap of this process");
      heap.malloc(8);
    }
    open().close();
  }

  @Test
  void twoProcessesCannotHaveOneFile() throws IOException, InterruptedException {
    try (FirstFitAllocator heap = open()) {
      heap.malloc(8);
      String output =
          new ChildJvm(directory).run(OpenProgram.class, file.toString()).succeeded().output();
      assertTrue(output.contains("in use by another process"), output);
    }
    String output =
        new ChildJvm(directory).run(OpenProgram.class, file.toString()).succeeded().output();
    assertEquals("1 live", output);
  }

  @Test
  void aFileThatMayNotBecomeAsLongAsItsBoundIsRefusedAtOnce()
      throws IOException, InterruptedException {
    String output =
        new ChildJvm(directory)
            .fileSize(MAX_BYTES / 2)
            .run(OpenProgram.class, file.toString())
            .succeeded()
            .output();
    assertTrue(output.contains("cannot be mapped") && output.contains("" + MAX_BYTES), output);
  }

  @Test
  void zerosThatADyingProcessLeftBehindTheEndAreCutOff() throws IOException {
    makeHeap();
    long length = Files.size(file);
    try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
      longer.setLength(MAX_BYTES);
    }
    try (FirstFitAllocator heap = open()) {
      assertEquals(length, Files.size(file));
      heap.malloc(100_000);
    }
  }

  @Test
  void aFileLargerThanTheBoundIsRefusedWithBoth() throws IOException {
    makeHeap();
    Grower small = Growers.file(file, 4096);
    String message =
        assertThrows(IllegalArgumentException.class, () -> FirstFitAllocator.open(small))
            .getMessage();
    assertTrue(message.contains("4096") && message.contains("" + Files.size(file)), message);
  }

  @Test
  void aFileThatHasContentsIsOnlyOpened() throws IOException {
    makeHeap();
    byte[] before = Files.readAllBytes(file);
    Grower grower = Growers.file(file, MAX_BYTES);
    String message =
        assertThrows(IllegalStateException.class, () -> FirstFitAllocator.locked(grower))
            .getMessage();
    assertTrue(message.contains("FirstFitAllocator.open"), message);
    assertArrayEquals(before, Files.readAllBytes(file));
    open().close();
  }

  @Test
  void aNewFileServesAHeapForOneThread() {
    try (FirstFitAllocator heap = FirstFitAllocator.raw(Growers.file(file, MAX_BYTES))) {
      heap.setRoot(heap.malloc(8));
    }
    try (FirstFitAllocator heap = open()) {
      assertNotEquals(Allocator.NULL, heap.root());
    }
  }

  @Test
  void whatIsNoFileIsRefusedWithTheSystemsReason() {
    Grower grower = Growers.file(directory, MAX_BYTES);
    String message =
        assertThrows(UncheckedIOException.class, () -> FirstFitAllocator.open(grower)).getMessage();
    assertTrue(message.contains("Is a directory"), message);
    Grower nowhere = Growers.file(directory.resolve("none").resolve("heap"), MAX_BYTES);
    assertThrows(UncheckedIOException.class, () -> FirstFitAllocator.open(nowhere));
  }

  @Test
  void openRefusesGrowersThatAreOverNoFile() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> FirstFitAllocator.open(Growers.reserved(MAX_BYTES)))
            .getMessage();
    assertTrue(message.contains("Growers.file"), message);
  }

  @Test
  void anInterruptedThreadsGrowthIsAsGoodAsAnothers() {
    try (FirstFitAllocator heap = open()) {
      Thread.currentThread().interrupt();
      long p = heap.malloc(200_000);
      assertTrue(Thread.interrupted());
      heap.setRoot(p);
    }
    try (FirstFitAllocator heap = open()) {
      assertTrue(heap.usableSize(heap.root()) >= 200_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 4096, 100_000})
  void aFileGrowsToItsBoundAndNotBeyond(int maxBytes) throws IOException {
    try (FirstFitAllocator heap = FirstFitAllocator.open(Growers.file(file, maxBytes))) {
      while (heap.tryMalloc(8, 1) != Allocator.NULL) {
        assertTrue(Files.size(file) <= maxBytes);
      }
      String message = assertThrows(OutOfMemoryError.class, () -> heap.malloc(8)).getMessage();
      assertTrue(message.contains(file.toString()), message);
    }
    assertTrue(Files.size(file) <= maxBytes);
  }
}
