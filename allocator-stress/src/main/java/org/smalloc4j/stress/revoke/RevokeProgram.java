package org.smalloc4j.stress.revoke;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.slab.IdleHeap;
import org.smalloc4j.internal.slab.OwnedHeap;

/**
 * One JVM's part: owners that allocate, free and wait in turn, and two revokers that take all slabs
 * they can. Each block is filled when it is allocated and checked when it is freed.
 */
public final class RevokeProgram {
  private static final int OWNERS = 4;
  private static final int REVOKERS = 2;
  private static final int BYTES = 64;
  private static final int CLASS = 6;
  private static final int HELD = 32;
  private static final int HOT_PAIRS = 20_000;

  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final OwnedHeap heap;
  private final long end;
  private final Queue<Long> passedOn = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private RevokeProgram(OwnedHeap heap, long millis) {
    this.heap = heap;
    end = System.nanoTime() + millis * 1_000_000;
  }

  /**
   * Runs.
   *
   * @param arguments the {@link IdleHeap.Form}, milliseconds, a seed
   */
  public static void main(String[] arguments) throws Exception {
    OwnedHeap heap = IdleHeap.of(IdleHeap.Form.valueOf(arguments[0]));
    var program = new RevokeProgram(heap, Long.parseLong(arguments[1]));
    program.run(new SplittableRandom(Long.parseLong(arguments[2])));
    Throwable thrown = program.failure.get();
    if (thrown != null) {
      thrown.printStackTrace();
    }
    System.out.println(IdleHeap.taken(heap) + " takes");
    System.exit(thrown == null ? 0 : 1);
  }

  private void run(SplittableRandom random) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < OWNERS; i++) {
      SplittableRandom own = random.split();
      threads.add(start(() -> new Owner(own).run()));
    }
    for (int i = 0; i < REVOKERS; i++) {
      threads.add(start(this::revoke));
    }
    for (Thread each : threads) {
      each.join();
    }
    if (failure.get() == null) {
      for (Long left = passedOn.poll(); left != null; left = passedOn.poll()) {
        free(left);
      }
      long live = IdleHeap.live(heap, CLASS);
      if (live != 0) {
        failure.set(new AssertionError("all blocks are freed, and " + live + " live"));
      }
    }
  }

  private Thread start(Task task) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                task.run();
              } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
              }
            });
  }

  private interface Task {
    void run() throws Exception;
  }

  private boolean goesOn() {
    return failure.get() == null && System.nanoTime() - end < 0;
  }

  private void revoke() {
    while (goesOn()) {
      IdleHeap.takeIdle(heap);
    }
  }

  private long allocate() {
    long taken = heap.tryTake(BYTES);
    taken = taken != OwnedHeap.NONE ? taken : IdleHeap.allocate(heap, CLASS);
    if (get(taken) < 0) {
      throw new AssertionError("allocated while it is live: 0x" + Long.toHexString(taken));
    }
    set(taken, ~taken);
    return taken;
  }

  private void free(long block) {
    check(block);
    if (!heap.tryFree(block)) {
      heap.free(block);
    }
  }

  /** A live block has the complement of its address, which is below 0; a free one has not. */
  private static void check(long block) {
    if (get(block) != ~block) {
      throw new AssertionError("written over: 0x" + Long.toHexString(block));
    }
    set(block, 0);
  }

  private static long get(long block) {
    return ALL.get(ValueLayout.JAVA_LONG, block + Long.BYTES); // behind the link
  }

  private static void set(long block, long value) {
    ALL.set(ValueLayout.JAVA_LONG, block + Long.BYTES, value);
  }

  /** A thread that owns a slab, again and again. */
  private final class Owner {
    private final SplittableRandom random;
    private final long[] held = new long[HELD];

    Owner(SplittableRandom random) {
      this.random = random;
    }

    void run() throws Exception {
      try (Selector selector = Selector.open()) {
        while (goesOn()) {
          work();
          pause(selector);
        }
      }
      for (long block : held) {
        if (block != 0) {
          free(block);
        }
      }
    }

    private void work() {
      switch (random.nextInt(3)) {
        case 0 -> replace();
        case 1 -> passOn();
        default -> hot();
      }
    }

    private void replace() {
      for (int n = random.nextInt(500); n > 0; n--) {
        int i = random.nextInt(HELD);
        if (held[i] != 0) {
          free(held[i]);
          held[i] = 0;
        } else {
          held[i] = allocate();
        }
      }
    }

    private void passOn() {
      for (int n = random.nextInt(50); n > 0; n--) {
        passedOn.add(allocate());
        Long other = passedOn.poll();
        if (other != null) {
          free(other);
        }
      }
    }

    /** The look at the owner is loop-invariant, as long as the loop ends where it fails. */
    private void hot() {
      for (int i = 0; i < HOT_PAIRS; i++) {
        long block = heap.tryTake(BYTES);
        if (block == OwnedHeap.NONE) {
          break;
        }
        if (get(block) < 0) {
          throw new AssertionError("allocated while it is live: 0x" + Long.toHexString(block));
        }
        set(block, ~block);
        check(block);
        if (!heap.tryFree(block)) {
          heap.free(block);
          break;
        }
      }
    }

    @SuppressWarnings("WaitNotInLoop") // for nothing
    private void pause(Selector selector) throws Exception {
      switch (random.nextInt(7)) {
        case 0 -> LockSupport.parkNanos(100_000);
        case 1 -> Thread.sleep(0, 100_000);
        case 2 -> {
          synchronized (this) {
            wait(1);
          }
        }
        case 3 -> selector.select(1);
        case 4 -> Thread.onSpinWait();
        default -> {
          // none
        }
      }
    }
  }
}
