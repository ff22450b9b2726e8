package examples;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.smalloc4j.Allocator;

/** A block under Agrona's buffer: by its address alone, or by a ByteBuffer where one is wanted. */
public final class AgronaBuffer {
  private static final int LENGTH = 256;

  private AgronaBuffer() {}

  /** Writes a message with one view of a block and reads it with the other. */
  public static String roundTrip(Allocator heap, String message) {
    long address = heap.malloc(LENGTH, 64); // Agrona's volatile accesses want 8, a cache line is 64
    try {
      UnsafeBuffer writer = new UnsafeBuffer(address, LENGTH); // bounds are checked, life is not
      int length = writer.putStringUtf8(8, message);
      writer.putLongVolatile(0, length);

      ByteBuffer bytes = heap.byteBuffer(address, LENGTH); // for NIO channels and codecs
      UnsafeBuffer reader = new UnsafeBuffer(bytes);
      return reader.getLongVolatile(0) == bytes.getLong(0) ? reader.getStringUtf8(8) : "?";
    } finally {
      heap.free(address);
    }
  }
}
