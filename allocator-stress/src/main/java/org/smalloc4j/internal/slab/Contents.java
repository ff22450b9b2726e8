package org.smalloc4j.internal.slab;

/** What the owners of a block write into it, 4 bytes each. */
public final class Contents {
  /** Written before the previous owner. */
  public static final int OLDER = 0x0DDE_0DDE;

  /** Written by the previous owner. */
  public static final int OLD = 0x01D0_1D01;

  /** Written by the new owner. */
  public static final int NEW = 0x4E34_4E34;

  private Contents() {}

  /** Tells contents. */
  public static String tell(int contents) {
    return switch (contents) {
      case 0 -> "zero";
      case OLDER -> "older";
      case OLD -> "old";
      case NEW -> "new";
      default -> "0x" + Integer.toHexString(contents);
    };
  }
}
