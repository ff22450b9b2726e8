package examples;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.smalloc4j.Allocator;
import org.smalloc4j.pool.ObjectPool;

/** Typed views of off-heap structs from a pool: a view is made once per struct and reused. */
public final class StructPool {
  private static final MemoryLayout QUOTE =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("instrument"), JAVA_DOUBLE.withName("bid"), JAVA_DOUBLE.withName("ask"));
  private static final VarHandle INSTRUMENT = QUOTE.varHandle(groupElement("instrument"));
  private static final VarHandle BID = QUOTE.varHandle(groupElement("bid"));
  private static final VarHandle ASK = QUOTE.varHandle(groupElement("ask"));

  /** A quote, as the code around it sees it: getters and a setter, no field but the struct. */
  public static final class Quote {
    private final MemorySegment struct;

    Quote(MemorySegment struct) {
      this.struct = struct;
    }

    Quote set(long instrument, double bid, double ask) {
      INSTRUMENT.set(struct, 0L, instrument);
      BID.set(struct, 0L, bid);
      ASK.set(struct, 0L, ask);
      return this;
    }

    long instrument() {
      return (long) INSTRUMENT.get(struct, 0L);
    }

    double spread() {
      return (double) ASK.get(struct, 0L) - (double) BID.get(struct, 0L);
    }
  }

  private StructPool() {}

  /** Returns the widest spread of some quotes, which come from a pool and go back to it. */
  public static double widestSpread(Allocator heap, int quotes) {
    try (ObjectPool<Quote> pool = ObjectPool.of(heap, QUOTE, 64, Quote::new)) {
      double widest = 0;
      Quote last = pool.acquire().set(0, 100.0, 100.0);
      for (int i = 1; i <= quotes; i++) {
        Quote quote = pool.acquire().set(i, 100.0, 100.0 + i % 7 * 0.25); // on the Java heap: nothing
        widest = Math.max(widest, quote.spread());
        pool.release(last);
        last = quote;
      }
      pool.release(last);
      return widest;
    }
  }
}
