package org.smalloc4j.bench.threads;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;

/** The main class of a JVM that measures one allocator with 1, 2, 4 … live threads. */
final class ThreadsProcess {

  /** As many as own slabs, where threads do, and more. */
  static final int IDLE = 64;

  private static final int WARM_UPS = 3;

  private final ReplayTarget target;
  private final Thread.Builder kind;
  private final long nanos;

  private ThreadsProcess(ReplayTarget target, Thread.Builder kind, long nanos) {
    this.target = target;
    this.kind = kind;
    this.nanos = nanos;
  }

  /** The numbers of threads up to {@code most}. */
  static List<Integer> ladder(int most) {
    var ladder = new ArrayList<Integer>();
    for (int threads = 1; threads <= most; threads *= 2) {
      ladder.add(threads);
    }
    return ladder;
  }

  /**
   * Takes the name of a {@link TargetKind}, whether threads are virtual, the most of them, the
   * nanoseconds for each figure, and the file to write.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int most = Integer.parseInt(args[2]);
    ReplayTarget target = TargetKind.valueOf(args[0]).open(most * LiveThreads.BLOCKS, true);
    Thread.Builder kind =
        Boolean.parseBoolean(args[1]) ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    List<Double> figures = new ThreadsProcess(target, kind, Long.parseLong(args[3])).run(most);
    Path file = Path.of(args[4]);
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(
        whole, figures.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    Runtime.getRuntime().halt(0);
  }

  /** Nanoseconds for a replacement, with each number of threads and then with one beside others. */
  private List<Double> run(int most) throws InterruptedException {
    var figures = new ArrayList<Double>();
    for (int i = 0; i < WARM_UPS; i++) {
      measure(Math.min(2, most));
    }
    for (int threads : ladder(most)) {
      figures.add(measure(threads));
    }
    figures.add(besideIdle());
    return figures;
  }

  private double measure(int threads) throws InterruptedException {
    return new LiveThreads(target, threads, nanos).run(kind);
  }

  /** One thread that comes when others have each allocated and live on. */
  private double besideIdle() throws InterruptedException {
    var allocated = new CountDownLatch(IDLE);
    var end = new CountDownLatch(1);
    var idle = new ArrayList<Thread>();
    for (int i = 0; i < IDLE; i++) {
      idle.add(
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    target.free(0, target.malloc(0, 1));
                    allocated.countDown();
                    await(end);
                  }));
    }
    allocated.await();
    try {
      return measure(1);
    } finally {
      end.countDown();
      for (Thread thread : idle) {
        thread.join();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
