package org.smalloc4j.bench.trace;

/**
 * The constants of the {@code .atrace.gz} format: a header of 32 bytes, then one record of 16 bytes
 * per event, little-endian, all of it gzipped.
 */
public final class TraceFormat {

  /** The first eight bytes, {@code ATRACE01}, read as a little-endian long. */
  static final long MAGIC = 0x3130_4543_4152_5441L;

  static final int HEADER_BYTES = 32;
  static final int RECORD_BYTES = 16;

  /** Alignments above 2 GiB do not occur. */
  static final int MAX_ALIGN_LOG2 = 31;

  /** Sizes of 2^47 bytes and more cannot be mapped by an x86-64 process. */
  static final long MAX_SIZE = (1L << 47) - 1;

  public static final byte MALLOC = 1;
  public static final byte FREE = 2;
  public static final byte REALLOC = 3;
  public static final byte CALLOC = 4;
  public static final byte ALIGNED = 5;

  private TraceFormat() {}

  /** The name of an operation as messages use it. */
  public static String name(byte op) {
    return switch (op) {
      case MALLOC -> "malloc";
      case FREE -> "free";
      case REALLOC -> "realloc";
      case CALLOC -> "calloc";
      case ALIGNED -> "aligned allocation";
      default -> "operation " + (op & 0xff);
    };
  }
}
