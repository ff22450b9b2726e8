package org.smalloc4j.pool;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a pool, by number and by address. Does not change; a pool that grows makes another
 * one.
 */
final class ChunkTable {
  /** Without chunks. */
  static final ChunkTable EMPTY = new ChunkTable(new Chunk[0], 0);

  /** 2^64 divided by the golden ratio: products with it differ in their high bits. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** By number. */
  final Chunk[] chunks;

  /** Blocks of all chunks. */
  final long blocks;

  /** By address: a power of two of places, at least half of them empty. */
  private final @Nullable Chunk[] places;

  private final int hashShift;

  private ChunkTable(Chunk[] chunks, long blocks) {
    this.chunks = chunks;
    this.blocks = blocks;
    int placesBits = Integer.SIZE - Integer.numberOfLeadingZeros(chunks.length) + 1;
    places = new @Nullable Chunk[1 << placesBits];
    hashShift = Long.SIZE - placesBits;
    for (Chunk chunk : chunks) {
      int place = place(chunk.base);
      while (places[place] != null) {
        place = next(place);
      }
      places[place] = chunk;
    }
  }

  /** Returns a table with one chunk more, whose base is set. */
  ChunkTable with(Chunk chunk) {
    Chunk[] more = Arrays.copyOf(chunks, chunks.length + 1);
    more[chunks.length] = chunk;
    return new ChunkTable(more, blocks + chunk.links.length);
  }

  /** Returns the chunk that begins at an address. */
  @Nullable Chunk find(long base) {
    int place = place(base);
    while (true) {
      Chunk chunk = places[place];
      if (chunk == null || chunk.base == base) {
        return chunk;
      }
      place = next(place);
    }
  }

  private int place(long base) {
    return (int) ((base * GOLDEN) >>> hashShift);
  }

  private int next(int place) {
    return (place + 1) & (places.length - 1);
  }
}
