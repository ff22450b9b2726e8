package org.smalloc4j.bench.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The first 32 bytes of a trace.
 *
 * @param threads number of thread indices, at most 65,536
 * @param events number of event records that follow
 * @param ids number of allocation ids, at most {@code events}
 */
record TraceHeader(int threads, int events, int ids) {

  private static final int MAX_THREADS = 1 << 16;

  /** Checks the header; {@code maxEvents} bounds what the caller is able to hold. */
  static TraceHeader parse(Path file, ByteBuffer bytes, int maxEvents)
      throws DamagedTraceException {
    long magic = bytes.getLong(0);
    if (magic != TraceFormat.MAGIC) {
      throw DamagedTraceException.beforeFirstEvent(
          file, "wrong magic \"" + printable(bytes) + "\", expected \"ATRACE01\"");
    }
    long threads = Integer.toUnsignedLong(bytes.getInt(8));
    if (threads > MAX_THREADS) {
      throw DamagedTraceException.beforeFirstEvent(
          file, "header announces " + threads + " threads, at most " + MAX_THREADS + " can occur");
    }
    int reserved = bytes.getInt(12);
    if (reserved != 0) {
      throw DamagedTraceException.beforeFirstEvent(
          file, "reserved header field is " + Integer.toUnsignedString(reserved) + ", expected 0");
    }
    long events = bytes.getLong(16);
    if (events < 0 || events > maxEvents) {
      throw DamagedTraceException.beforeFirstEvent(
          file,
          "header announces "
              + Long.toUnsignedString(events)
              + " events, this Java heap holds at most "
              + maxEvents
              + " (raise -Xmx for a larger trace)");
    }
    long ids = bytes.getLong(24);
    if (ids < 0 || ids > events) {
      throw DamagedTraceException.beforeFirstEvent(
          file,
          "header announces "
              + Long.toUnsignedString(ids)
              + " ids for "
              + events
              + " events, each id needs an event that allocates it");
    }
    return new TraceHeader((int) threads, (int) events, (int) ids);
  }

  private static String printable(ByteBuffer bytes) {
    byte[] magic = new byte[Long.BYTES];
    bytes.get(0, magic);
    return new String(magic, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
  }
}
