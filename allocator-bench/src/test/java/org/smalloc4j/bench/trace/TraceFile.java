package org.smalloc4j.bench.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small traces, valid ones and damaged ones. */
public final class TraceFile {

  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private int events;
  private int ids;
  private String magic = "ATRACE01";
  private int threads = 1;
  private int reserved;
  private long announcedEvents = -1;
  private long announcedIds = -1;

  public TraceFile threads(int count) {
    threads = count;
    return this;
  }

  TraceFile magic(String text) {
    magic = text;
    return this;
  }

  TraceFile reserved(int value) {
    reserved = value;
    return this;
  }

  TraceFile announceEvents(long count) {
    announcedEvents = count;
    return this;
  }

  TraceFile announceIds(long count) {
    announcedIds = count;
    return this;
  }

  public TraceFile malloc(int thread, int id, long size) {
    ids++;
    return event(1, 0, thread, id, size);
  }

  public TraceFile free(int thread, int id) {
    return event(2, 0, thread, id, 0);
  }

  public TraceFile realloc(int thread, int id, long size) {
    return event(3, 0, thread, id, size);
  }

  public TraceFile calloc(int thread, int id, long size) {
    ids++;
    return event(4, 0, thread, id, size);
  }

  public TraceFile aligned(int thread, int id, long size, int alignLog2) {
    ids++;
    return event(5, alignLog2, thread, id, size);
  }

  TraceFile event(int op, int alignLog2, int thread, int id, long size) {
    events++;
    records.writeBytes(
        little(TraceFormat.RECORD_BYTES)
            .put((byte) op)
            .put((byte) alignLog2)
            .putShort((short) thread)
            .putInt(id)
            .putLong(size)
            .array());
    return this;
  }

  TraceFile bytes(int count) {
    records.writeBytes(new byte[count]);
    return this;
  }

  /** The file's content, gzipped. */
  byte[] toBytes() throws IOException {
    var file = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(file)) {
      out.write(plainBytes());
    }
    return file.toByteArray();
  }

  byte[] plainBytes() {
    var plain = new ByteArrayOutputStream();
    plain.writeBytes(
        little(TraceFormat.HEADER_BYTES)
            .put(magic.getBytes(StandardCharsets.US_ASCII))
            .putInt(threads)
            .putInt(reserved)
            .putLong(announcedEvents >= 0 ? announcedEvents : events)
            .putLong(announcedIds >= 0 ? announcedIds : ids)
            .array());
    plain.writeBytes(records.toByteArray());
    return plain.toByteArray();
  }

  public Path write(Path directory) throws IOException {
    return Files.write(directory.resolve("small.atrace.gz"), toBytes());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
