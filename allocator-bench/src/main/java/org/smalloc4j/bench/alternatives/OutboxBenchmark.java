package org.smalloc4j.bench.alternatives;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many chains should an outbox have? One thread puts slots of other slabs into it, round robin;
 * a chain is pushed when it has 64 slots, or when its place is needed for another slab. Slots and
 * links are words of an array; head words are 128 bytes apart and nobody else writes them, so a
 * push costs less here than among threads. {@code targets = 0}: no outbox, a push for each slot.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class OutboxBenchmark {
  private static final int SLABS = 64;
  private static final int APART = 16; // 128 bytes
  private static final int SLOTS = 4096;
  private static final int CHAIN = 64;

  /** Chains of the outbox. */
  @Param({"0", "1", "4", "16"})
  public int targets;

  /** Slabs that the freed slots are of. */
  @Param({"1", "2", "4", "16"})
  public int slabs;

  private final AtomicLongArray heads = new AtomicLongArray(SLABS * APART);
  private final int[] links = new int[SLOTS];
  private final int[] target = new int[SLABS];
  private final int[] first = new int[SLABS];
  private final int[] last = new int[SLABS];
  private final int[] count = new int[SLABS];
  private int next;

  @Benchmark
  public void put() {
    next++;
    int slot = next & (SLOTS - 1);
    int slab = next & (slabs - 1);
    if (targets == 0) {
      push(slab, slot, slot);
      return;
    }
    int entry = slab & (targets - 1);
    if (target[entry] != slab) {
      handBack(entry);
      target[entry] = slab;
    }
    links[slot] = first[entry];
    first[entry] = slot;
    if (count[entry]++ == 0) {
      last[entry] = slot;
    }
    if (count[entry] == CHAIN) {
      handBack(entry);
    }
  }

  private void handBack(int entry) {
    if (count[entry] != 0) {
      push(target[entry], first[entry], last[entry]);
      count[entry] = 0;
    }
  }

  private void push(int slab, int firstSlot, int lastSlot) {
    int word = slab * APART;
    long head;
    do {
      head = heads.getPlain(word);
      links[lastSlot] = (int) head;
    } while (!heads.compareAndSet(word, head, counted(head) | firstSlot));
  }

  /** The upper half of a head word after one more push. */
  private static long counted(long head) {
    return ((head >>> Integer.SIZE) + 1) << Integer.SIZE;
  }
}
