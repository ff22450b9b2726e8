package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.smalloc4j.Smalloc;

/**
 * Calls of malloc and free that take as many steps as they can, as far as is known; one at a time,
 * so that nothing is repeated since another thread was faster. For a JVM with the stepped classes;
 * writes the largest number of steps of a malloc, of a free, and of each thread's first malloc.
 */
final class StepBoundProgram {

  /** Slots of a free word. */
  private static final int WORD = 64;

  /** Slots of such a word when the next ones make it cost most to add one. */
  private static final int SOON_ON_THE_STACK = 6;

  private static final int LARGEST = 512 << 10;

  /** With the main thread as many as own slabs on any machine. */
  private static final int OWNERS = 47;

  private final Smalloc heap = Smalloc.builder().build();
  private final List<Thread> threads = new ArrayList<>();
  private CountDownLatch end = new CountDownLatch(1);
  private long mostOfMalloc;
  private long mostOfFree;
  private long mostOfFirst;

  /** Takes the file to write. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    var alone = new StepBoundProgram();
    for (int byteSize = 4; byteSize <= LARGEST; byteSize *= 2) {
      alone.freeOneOfEachWordAfterTheOther(byteSize);
      alone.giveWhatATrimAskedFor(byteSize);
    }
    var ofMany = new StepBoundProgram();
    for (int byteSize = 4; byteSize <= LARGEST; byteSize *= 2) {
      ofMany.takeWhatTheDeadHold(byteSize);
    }
    Path file = Path.of(arguments[0]);
    Files.writeString(
        file,
        Math.max(alone.mostOfMalloc, ofMany.mostOfMalloc)
            + "\n"
            + Math.max(alone.mostOfFree, ofMany.mostOfFree)
            + "\n"
            + ofMany.mostOfFirst);
  }

  /**
   * Each slot that leaves a full magazine goes to another word, while words of other sizes are
   * given that a trim has asked for; then all are taken again.
   */
  private void freeOneOfEachWordAfterTheOther(int byteSize) {
    int words = Math.clamp((64 << 20) / byteSize / WORD, 8, 160);
    for (int round = 0; round < 2; round++) {
      List<Long> blocks = mallocs(byteSize, words * WORD);
      for (int slot = 0; slot < WORD; slot++) {
        if (slot == SOON_ON_THE_STACK) {
          askForWhatIsKept();
        }
        for (int word = 0; word < words; word++) {
          free(blocks.get(word * WORD + slot));
        }
      }
    }
  }

  /** A thread at work is asked for what it keeps, and gives it while it takes more of it. */
  private void giveWhatATrimAskedFor(int byteSize) {
    int slots = Math.clamp((64 << 20) / byteSize / WORD, 8, 16) * WORD;
    List<Long> others = mallocs(2 * byteSize, slots);
    mallocs(byteSize, slots).forEach(this::free);
    askForWhatIsKept();
    mallocs(byteSize, slots / 2).forEach(this::free);
    others.forEach(this::free);
  }

  /** Trims in another thread, while this one is at work: it is asked to give what it keeps. */
  private void askForWhatIsKept() {
    Thread trimming = Thread.ofPlatform().start(heap::trim);
    while (trimming.isAlive()) {
      Thread.onSpinWait();
    }
  }

  /** Many threads leave free blocks, in their own slabs and in those of others; one uses them. */
  private void takeWhatTheDeadHold(int byteSize) throws InterruptedException, ExecutionException {
    int count = Math.clamp((1 << 20) / byteSize, 40, 2000);
    List<List<Long>> ofOwners = new ArrayList<>();
    for (int i = 0; i < OWNERS; i++) {
      inNewThread(
          () -> {
            List<Long> blocks = mallocs(byteSize, 2 * count);
            blocks.subList(0, count).forEach(this::free);
            ofOwners.add(blocks.subList(count, 2 * count));
          });
    }
    inNewThread(() -> ofOwners.forEach(blocks -> blocks.forEach(this::free)));
    endThreads();
    mallocs(byteSize, 2 * OWNERS * count).forEach(this::free);
  }

  /**
   * Does something in a new thread, after a first malloc, which lives until {@link #endThreads}.
   */
  private void inNewThread(Runnable action) throws InterruptedException, ExecutionException {
    var task =
        new FutureTask<>(
            () -> {
              long before = Steps.ofThisThread();
              long address = heap.malloc(WORD);
              mostOfFirst = Math.max(mostOfFirst, Steps.ofThisThread() - before);
              free(address);
              action.run();
              return 0;
            });
    CountDownLatch itsEnd = end;
    threads.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  task.run();
                  while (itsEnd.getCount() != 0) {
                    try {
                      itsEnd.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                  }
                }));
    task.get();
  }

  private void endThreads() throws InterruptedException {
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
    end = new CountDownLatch(1);
  }

  private List<Long> mallocs(int byteSize, int count) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(malloc(byteSize));
    }
    return blocks;
  }

  private long malloc(long byteSize) {
    long before = Steps.ofThisThread();
    long address = heap.malloc(byteSize);
    mostOfMalloc = Math.max(mostOfMalloc, Steps.ofThisThread() - before);
    return address;
  }

  private void free(long address) {
    long before = Steps.ofThisThread();
    heap.free(address);
    mostOfFree = Math.max(mostOfFree, Steps.ofThisThread() - before);
  }
}
