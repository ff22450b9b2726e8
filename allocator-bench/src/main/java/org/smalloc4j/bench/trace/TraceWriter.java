package org.smalloc4j.bench.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Encodes a trace, as {@link TraceReader} decodes it; keeps it in memory until it is complete. */
public final class TraceWriter {

  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final ByteBuffer record =
      ByteBuffer.allocate(TraceFormat.RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long events;
  private int ids;
  private int threads = 1;

  /** Appends an allocation; returns the new id. */
  public int allocate(byte op, int alignLog2, int thread, long size) {
    append(op, alignLog2, thread, ids, size);
    return ids++;
  }

  /** Appends what acts on an allocation. */
  public void act(byte op, int thread, int id, long size) {
    append(op, 0, thread, id, size);
  }

  /** Returns how many events there are. */
  public long events() {
    return events;
  }

  /** Returns how many thread indices there are. */
  public int threads() {
    return threads;
  }

  private void append(byte op, int alignLog2, int thread, int id, long size) {
    record.clear();
    record.put(op).put((byte) alignLog2).putShort((short) thread).putInt(id).putLong(size);
    records.writeBytes(record.array());
    events++;
    threads = Math.max(threads, thread + 1);
  }

  /** Writes the trace to a file, which is replaced. */
  public void write(Path file) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(TraceFormat.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(TraceFormat.MAGIC).putInt(threads).putInt(0).putLong(events).putLong(ids);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(header.array());
      records.writeTo(out);
    }
  }
}
