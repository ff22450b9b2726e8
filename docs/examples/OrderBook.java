package examples;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.smalloc4j.Allocator;

/** A limit order book in off-heap structs: first come, first filled at each of its price ticks. */
public final class OrderBook {
  private static final MemoryLayout ORDER =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("id"), JAVA_LONG.withName("quantity"), JAVA_LONG.withName("next"));
  private static final VarHandle ID = ORDER.varHandle(groupElement("id"));
  private static final VarHandle QUANTITY = ORDER.varHandle(groupElement("quantity"));
  private static final VarHandle NEXT = ORDER.varHandle(groupElement("next"));

  @SuppressWarnings("restricted") // one segment over all memory: a struct is reached by its address
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Allocator heap;
  private final long[] last; // order of each tick; its next is the first one there
  private int bestBid = -1;
  private int bestAsk;

  public OrderBook(Allocator heap, int ticks) {
    this.heap = heap;
    last = new long[ticks];
    bestAsk = ticks;
  }

  /** Buys at {@code tick} or lower, cheapest first; the rest waits. Returns what was filled. */
  public long buy(long id, int tick, long quantity) {
    long left = quantity;
    while (left > 0 && bestAsk <= tick) {
      left = fill(bestAsk, left);
      for (; bestAsk < last.length && last[bestAsk] == Allocator.NULL; bestAsk++) {}
    }
    bestBid = left == 0 ? bestBid : Math.max(bestBid, rest(id, tick, left));
    return quantity - left;
  }

  /** Sells at {@code tick} or higher, dearest first; the rest waits. Returns what was filled. */
  public long sell(long id, int tick, long quantity) {
    long left = quantity;
    while (left > 0 && bestBid >= tick) {
      left = fill(bestBid, left);
      for (; bestBid >= 0 && last[bestBid] == Allocator.NULL; bestBid--) {}
    }
    bestAsk = left == 0 ? bestAsk : Math.min(bestAsk, rest(id, tick, left));
    return quantity - left;
  }

  private int rest(long id, int tick, long quantity) {
    long order = heap.malloc(ORDER.byteSize());
    long before = last[tick] == Allocator.NULL ? order : last[tick];
    ID.set(MEMORY, order, id);
    QUANTITY.set(MEMORY, order, quantity);
    NEXT.set(MEMORY, order, before == order ? order : (long) NEXT.get(MEMORY, before));
    NEXT.set(MEMORY, before, order);
    last[tick] = order;
    return tick;
  }

  private long fill(int tick, long wanted) {
    long order = (long) NEXT.get(MEMORY, last[tick]);
    long waiting = (long) QUANTITY.get(MEMORY, order);
    long filled = Math.min(wanted, waiting);
    QUANTITY.set(MEMORY, order, waiting - filled);
    if (filled == waiting) {
      NEXT.set(MEMORY, last[tick], (long) NEXT.get(MEMORY, order));
      last[tick] = order == last[tick] ? Allocator.NULL : last[tick];
      heap.free(order);
    }
    return wanted - filled;
  }
}
