import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;
import org.smalloc4j.Smalloc;

// A cache that stores values in turn, in rounds of 20,000; CPU time of a value, every tenth round.
//
//   java --enable-native-access=ALL-UNNAMED -cp CORE CacheAtTheLimit.java SIZE WHEN
//
//   SIZE  bytes of each value; mix: 50 to 10,000, as many of each power
//   WHEN  refused  limit of 64 MiB; asks for memory, and while there is none evicts the oldest
//         full     limit of 64 MiB; is full, and so evicts the oldest before it asks (not for mix)
//         free     no limit; as many values as fit 64 MiB, then evicts the oldest before it asks
public class CacheAtTheLimit {
  private static final int LIMIT = 64 << 20;
  private static final int STORED = 20_000;

  private final long[] values = new long[1 << 21];
  private final SplittableRandom random = new SplittableRandom(1);
  private final Smalloc heap;
  private final int byteSize; // 0: mix
  private final int most;
  private int first;
  private int end;

  public static void main(String[] arguments) {
    int byteSize = arguments[0].equals("mix") ? 0 : Integer.parseInt(arguments[0]);
    int slotBytes = byteSize == 0 ? 2796 : Integer.highestOneBit(byteSize - 1) << 1;
    boolean isFree = arguments[1].equals("free");
    int most = arguments[1].equals("refused") ? Integer.MAX_VALUE : LIMIT / slotBytes;
    var builder = Smalloc.builder();
    Smalloc heap = isFree ? builder.build() : builder.maxBytes(LIMIT).build();
    new CacheAtTheLimit(heap, byteSize, most).run();
  }

  private CacheAtTheLimit(Smalloc heap, int byteSize, int most) {
    this.heap = heap;
    this.byteSize = byteSize;
    this.most = most;
  }

  private void run() {
    int fill = byteSize == 0 ? 24_000 : LIMIT / byteSize;
    for (int i = 0; i < fill; i++) {
      store();
    }
    for (int round = 1; round <= 60; round++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < STORED; i++) {
        store();
      }
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      if (round % 10 == 0) {
        System.out.printf(Locale.ROOT, "%6d", nanos / STORED);
      }
    }
    System.out.println();
  }

  private void store() {
    int size = byteSize == 0 ? (int) (50 * Math.pow(200, random.nextDouble())) : byteSize;
    if (end - first == most) {
      evict();
    }
    long value = heap.tryMalloc(size, 1);
    while (value == 0) {
      evict();
      value = heap.tryMalloc(size, 1);
    }
    values[end++ & values.length - 1] = value;
  }

  private void evict() {
    heap.free(values[first++ & values.length - 1]);
  }
}
