package org.smalloc4j.bench.picture;

import java.util.List;

/**
 * A heap, or a part of it, as rows of memory.
 *
 * @param remark a line below the title
 */
public record HeapPicture(String title, String remark, List<Row> rows) {

  /** A stretch of memory, by what it consists of; what no cell covers is nobody's. */
  public record Row(String label, long byteSize, List<Cell> cells) {}

  /**
   * A piece of a stretch.
   *
   * @param offset from the begin of the row
   */
  public record Cell(long offset, long byteSize, Kind kind) {}

  /** What a piece is. */
  public enum Kind {
    /** Handed out and not freed. */
    LIVE("live", "#2563eb"),
    /** Can be handed out; was live before, where others are known that never were. */
    FREE("free", "#fbbf24"),
    /** Never handed out. */
    FRESH("never handed out", "#e5e7eb"),
    /** The allocator's own words. */
    HEADER("header", "#111827");

    private final String label;
    private final String colour;

    Kind(String label, String colour) {
      this.label = label;
      this.colour = colour;
    }

    String label() {
      return label;
    }

    String colour() {
      return colour;
    }
  }
}
