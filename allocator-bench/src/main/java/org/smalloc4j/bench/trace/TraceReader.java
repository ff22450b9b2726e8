package org.smalloc4j.bench.trace;

import static org.smalloc4j.bench.trace.TraceFormat.ALIGNED;
import static org.smalloc4j.bench.trace.TraceFormat.FREE;
import static org.smalloc4j.bench.trace.TraceFormat.HEADER_BYTES;
import static org.smalloc4j.bench.trace.TraceFormat.MALLOC;
import static org.smalloc4j.bench.trace.TraceFormat.RECORD_BYTES;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decodes a trace file and verifies all of it.
 *
 * <p>Memory grows with the records that were read, never with what the header announces.
 */
public final class TraceReader {

  private static final int CHUNK_RECORDS = 4096;

  /** A generous bound of the Java heap a decoded event costs while it is read and replayed. */
  private static final int HEAP_BYTES_PER_EVENT = 96;

  private final Path file;
  private final int maxEvents;
  private byte[] ops = {};
  private byte[] alignLog2 = {};
  private char[] threadOf = {};
  private int[] idOf = {};
  private long[] sizes = {};
  private int count;

  private TraceReader(Path file, int maxEvents) {
    this.file = file;
    this.maxEvents = maxEvents;
  }

  /**
   * Reads a trace.
   *
   * @throws DamagedTraceException if the file is not a valid trace; the message names the file, the
   *     event (counted from 0) and the reason
   * @throws IOException if the file cannot be read at all
   */
  public static Trace read(Path file) throws IOException {
    return read(file, maxEventsOfThisHeap());
  }

  static Trace read(Path file, int maxEvents) throws IOException {
    return new TraceReader(file, maxEvents).decode();
  }

  private static int maxEventsOfThisHeap() {
    long events = Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_EVENT;
    return (int) Math.min(events, Integer.MAX_VALUE - 8);
  }

  private Trace decode() throws IOException {
    byte[] bytes = new byte[CHUNK_RECORDS * RECORD_BYTES];
    ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    TraceHeader header;
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = unzip(raw)) {
      int headerBytes = readUpTo(in, bytes, HEADER_BYTES);
      if (headerBytes < HEADER_BYTES) {
        throw DamagedTraceException.beforeFirstEvent(
            file, "truncated header, " + headerBytes + " of " + HEADER_BYTES + " bytes");
      }
      header = TraceHeader.parse(file, chunk, maxEvents);
      readRecords(in, bytes, chunk, header);
    }
    var columns =
        new TraceColumns(
            Arrays.copyOf(ops, count),
            Arrays.copyOf(alignLog2, count),
            Arrays.copyOf(threadOf, count),
            Arrays.copyOf(idOf, count),
            Arrays.copyOf(sizes, count));
    IdLifetimes.check(file, columns, header.ids());
    return columns.toTrace(nameOf(file), header.threads(), header.ids());
  }

  private InputStream unzip(InputStream raw) throws IOException {
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (EOFException | ZipException e) {
      throw DamagedTraceException.beforeFirstEvent(file, "not a gzip file: " + reasonOf(e));
    }
  }

  private void readRecords(InputStream in, byte[] bytes, ByteBuffer chunk, TraceHeader header)
      throws IOException {
    while (true) {
      int got = readUpTo(in, bytes, bytes.length);
      int records = got / RECORD_BYTES;
      ensureRoom(records, header.events());
      for (int i = 0; i < records; i++) {
        if (count == header.events()) {
          throw damaged("more records than the " + header.events() + " the header announces");
        }
        decodeRecord(chunk, i * RECORD_BYTES, header);
      }
      int rest = got % RECORD_BYTES;
      if (rest != 0) {
        throw damaged("truncated record, " + rest + " of " + RECORD_BYTES + " bytes");
      }
      if (got < bytes.length) {
        break;
      }
    }
    if (count < header.events()) {
      throw damaged("the trace ends here, the header announces " + header.events() + " events");
    }
  }

  private void decodeRecord(ByteBuffer chunk, int offset, TraceHeader header)
      throws DamagedTraceException {
    byte op = chunk.get(offset);
    int align = chunk.get(offset + 1) & 0xff;
    char thread = chunk.getChar(offset + 2);
    long id = Integer.toUnsignedLong(chunk.getInt(offset + 4));
    long size = chunk.getLong(offset + 8);
    if (op < MALLOC || op > ALIGNED) {
      throw damaged("unknown op " + (op & 0xff) + ", known are 1 to 5");
    }
    if (thread >= header.threads()) {
      throw damaged(
          "thread index "
              + (int) thread
              + " out of range, threads are 0 to below "
              + header.threads());
    }
    if (id >= header.ids()) {
      throw damaged("id " + id + " out of range, ids are 0 to below " + header.ids());
    }
    if (op != ALIGNED && align != 0) {
      throw damaged("alignment on a " + TraceFormat.name(op) + ", expected 0, is 2^" + align);
    }
    if (align > TraceFormat.MAX_ALIGN_LOG2) {
      throw damaged("alignment 2^" + align + " is above 2^" + TraceFormat.MAX_ALIGN_LOG2);
    }
    if (size < 0 || size > TraceFormat.MAX_SIZE) {
      throw damaged("size " + Long.toUnsignedString(size) + " is above " + TraceFormat.MAX_SIZE);
    }
    if (op == FREE && size != 0) {
      throw damaged("size " + size + " on a free, expected 0");
    }
    ops[count] = op;
    alignLog2[count] = (byte) align;
    threadOf[count] = thread;
    idOf[count] = (int) id;
    sizes[count] = size;
    count++;
  }

  private void ensureRoom(int records, int announced) {
    if (count + records <= ops.length) {
      return;
    }
    int doubled = (int) Math.min(Math.max(2L * ops.length, 16L * CHUNK_RECORDS), announced);
    int room = Math.max(doubled, Math.min(count + records, announced));
    ops = Arrays.copyOf(ops, room);
    alignLog2 = Arrays.copyOf(alignLog2, room);
    threadOf = Arrays.copyOf(threadOf, room);
    idOf = Arrays.copyOf(idOf, room);
    sizes = Arrays.copyOf(sizes, room);
  }

  /** Fills the buffer from its start with up to {@code wanted} bytes; fewer at the end only. */
  private int readUpTo(InputStream in, byte[] bytes, int wanted) throws IOException {
    int got = 0;
    try {
      while (got < wanted) {
        int n = in.read(bytes, got, wanted - got);
        if (n < 0) {
          break;
        }
        got += n;
      }
      return got;
    } catch (EOFException e) {
      throw damagedAfter(got, "truncated gzip: " + reasonOf(e));
    } catch (ZipException e) {
      throw damagedAfter(got, "corrupt gzip: " + reasonOf(e));
    }
  }

  private DamagedTraceException damagedAfter(int bytesOfChunk, String reason) {
    return new DamagedTraceException(file, count + bytesOfChunk / RECORD_BYTES, reason);
  }

  private DamagedTraceException damaged(String reason) {
    return new DamagedTraceException(file, count, reason);
  }

  private static String reasonOf(IOException e) {
    return e.getMessage() == null ? "no data" : e.getMessage();
  }

  private static String nameOf(Path file) {
    Path last = file.getFileName();
    String name = last == null ? file.toString() : last.toString();
    return name.replaceFirst("(\\.atrace)?(\\.gz)?$", "");
  }
}
