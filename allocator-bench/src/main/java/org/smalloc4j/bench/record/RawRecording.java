package org.smalloc4j.bench.record;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.smalloc4j.bench.trace.TraceFormat;
import org.smalloc4j.bench.trace.TraceWriter;

/** What {@code recorder.c} writes: calls with addresses, in place of ids. */
final class RawRecording {
  /*
   * A block that was allocated before the recording began is not known: its free is left out, and its
   * realloc is an allocation. An address that is allocated while it is live was freed by something
   * that is not recorded; that is a free by the thread that gets it.
   */

  private static final int RECORD_BYTES = 32;
  private static final int BUFFER_BYTES = 1 << 16;

  private final TraceWriter trace = new TraceWriter();
  private final Map<Long, Integer> live = new HashMap<>();

  private RawRecording() {}

  /** Reads a file up to where it is zero, or ends. */
  static TraceWriter read(Path file) throws IOException {
    var recording = new RawRecording();
    byte[] bytes = new byte[RECORD_BYTES];
    ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try (var raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        var in = new DataInputStream(raw)) {
      while (true) {
        in.readFully(bytes);
        if (record.get(0) == 0) {
          break;
        }
        recording.add(record);
      }
    } catch (EOFException end) {
      // all there is
    }
    return recording.trace;
  }

  private void add(ByteBuffer record) {
    byte op = record.get(0);
    int alignLog2 = record.get(1);
    int thread = Short.toUnsignedInt(record.getShort(2));
    long size = record.getLong(8);
    long address = record.getLong(16);
    switch (op) {
      case TraceFormat.FREE -> free(thread, address);
      case TraceFormat.REALLOC -> {
        Integer id = live.remove(record.getLong(24));
        if (id == null) {
          allocate(TraceFormat.MALLOC, 0, thread, size, address);
        } else {
          free(thread, address);
          trace.act(TraceFormat.REALLOC, thread, id, size);
          live.put(address, id);
        }
      }
      default -> allocate(op, alignLog2, thread, size, address);
    }
  }

  private void allocate(byte op, int alignLog2, int thread, long size, long address) {
    free(thread, address);
    live.put(address, trace.allocate(op, alignLog2, thread, size));
  }

  private void free(int thread, long address) {
    Integer id = live.remove(address);
    if (id != null) {
      trace.act(TraceFormat.FREE, thread, id, 0);
    }
  }
}
