package org.smalloc4j.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.Crowd;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OutOfMemoryFails;
import org.smalloc4j.Smalloc;

@ExtendWith(OutOfMemoryFails.class)
class ThreadArenasTest {
  private final LimitedAllocator heap = new LimitedAllocator();
  private final ThreadArenas arenas = ThreadArenas.over(heap);

  @AfterEach
  void close() {
    arenas.close();
    assertEquals(0, heap.live());
    assertEquals(0, heap.attached());
    heap.close();
  }

  private void use() {
    arenas.current().malloc(100, 8);
  }

  @Test
  void aThreadGetsTheSameArenaEachTime() {
    BumpArena own = arenas.current();
    assertSame(own, arenas.current());
    assertEquals(1, arenas.count());
    assertEquals(0, heap.live(), "blocks are taken when they are needed");
  }

  @Test
  void threadsGetArenasOfTheirOwn() throws InterruptedException {
    Set<BumpArena> seen = ConcurrentHashMap.newKeySet();
    new Crowd(31)
        .run(
            200,
            Crowd.MIXED,
            (index, _) -> {
              BumpArena own = arenas.current();
              seen.add(own);
              for (int i = 0; i < 200; i++) {
                assertSame(own, arenas.current());
                own.malloc(index + 1, 1);
              }
              assertEquals(200L * (index + 1), own.usedBytes());
            });
    assertEquals(200, seen.size());
    assertEquals(0, arenas.count());
    assertEquals(0, heap.live());
  }

  @Test
  void aDeadThreadsArenaGoesBackAtTheNextCallOfAnyThread() throws InterruptedException {
    use();
    for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      kind.start(this::use).join();
      assertEquals(2, heap.live());
      arenas.current();
      assertEquals(1, heap.live());
      kind.start(this::use).join();
      assertEquals(1, arenas.count());
      assertEquals(1, heap.live());
    }
  }

  @Test
  void aThousandDeadThreadsArenasGoBackAtOnce() throws InterruptedException {
    use();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch used = new CountDownLatch(1000);
    for (int i = 0; i < 1000; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    use();
                    used.countDown();
                    try {
                      used.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    arenas.current();
    assertEquals(1, heap.live());
  }

  @Test
  void deadThreadsAmongManyLiveOnesAreFoundByAndBy() throws InterruptedException {
    CountDownLatch used = new CountDownLatch(500);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    use();
                    used.countDown();
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    used.await();
    threads.get(250).interrupt();
    threads.get(250).join();
    for (int i = 0; i < 20 && heap.live() == 500; i++) {
      arenas.current();
    }
    assertEquals(499, heap.live());
    assertEquals(500, arenas.count(), "499 and that of this thread");
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(1, arenas.count());
  }

  @Test
  void aDeadThreadAndItsClassLoaderAreCollectedWhileItsArenaIsStillThere() throws Exception {
    WeakReference<ClassLoader> loader = useByThreadOfOtherLoader();
    for (int i = 0; i < 50 && loader.get() != null; i++) {
      System.gc();
      Thread.onSpinWait();
    }
    assertNull(loader.get());
    assertEquals(1, heap.live(), "no call came in between");
    assertEquals(0, arenas.count());
    assertEquals(0, heap.live());
  }

  private WeakReference<ClassLoader> useByThreadOfOtherLoader() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
      Thread thread = new Thread(this::use);
      thread.setContextClassLoader(loader);
      thread.start();
      thread.join();
      return new WeakReference<>(loader);
    }
  }

  @Test
  void anArenaThatItsUserClosedIsReplaced() {
    BumpArena first = arenas.current();
    first.malloc(1, 1);
    first.close();
    BumpArena second = arenas.current();
    assertNotSame(first, second);
    second.malloc(1, 1);
    assertSame(second, arenas.current());
    assertEquals(1, arenas.count());
  }

  @Test
  void closeGivesAllArenasBackAndIsIdempotent() throws InterruptedException {
    BumpArena own = arenas.current();
    own.malloc(1, 1);
    Thread.ofPlatform().start(this::use).join();
    arenas.close();
    assertEquals(0, heap.live());
    arenas.close();
    assertThrows(IllegalStateException.class, arenas::current);
    assertThrows(IllegalStateException.class, arenas::count);
    assertThrows(IllegalStateException.class, () -> own.malloc(1, 1));
  }

  @Test
  void theHeapRefusesToCloseWhileTheyAreOpenAndCloseNowClosesThem() {
    Smalloc below = Smalloc.builder().regionBits(34).build();
    ThreadArenas open = ThreadArenas.over(below);
    open.current().malloc(1, 1);
    assertThrows(IllegalStateException.class, below::close);
    below.closeNow();
    assertThrows(IllegalStateException.class, open::current);
    assertThrows(IllegalStateException.class, () -> ThreadArenas.over(below));
  }
}
