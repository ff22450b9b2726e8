package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Blocks freed twice, but not in direct succession by one thread. What a heap that is not hardened
 * makes of it: each line of the table is a case.
 *
 * <p>Whatever it is, the JVM does not crash, an error names an address, is told once, and cuts off
 * what is damaged; an address that goes round in circles is handed out no more then.
 */
@ExtendWith(OutOfMemoryFails.class)
class FreedAgainTest {
  /** More than an owner claims at once, so that it comes to what others freed. */
  private static final int SMALL_CALLS = 200;

  private static final int LARGE_CALLS = 12;
  private static final int FILLERS = 1100;

  /** Who calls: the owner O and another platform thread X; V and W, which have no slab. */
  enum Who {
    O(Thread.ofPlatform().factory()),
    X(Thread.ofPlatform().factory()),
    V(Thread.ofVirtual().factory()),
    W(Thread.ofVirtual().factory());

    private final ThreadFactory factory;

    Who(ThreadFactory factory) {
      this.factory = factory;
    }
  }

  /** Heaps whose frees take different ways. */
  enum Kind {
    PLAIN(() -> new SmallocBuilder().carriersOwn(false).build()),
    LIMITED(() -> Smalloc.builder().maxBytes(512 << 20).build()),
    SHARED(() -> Smalloc.builder().ownedSlabs(false).build());

    private final Supplier<Smalloc> heap;

    Kind(Supplier<Smalloc> heap) {
      this.heap = heap;
    }
  }

  /** By which call the misuse is told. */
  enum Told {
    /** The second free: it is refused, and nothing has happened. */
    SECOND_FREE,
    /** A later free of another block, when both entries are moved. */
    LATER_FREE,
    /** A malloc, which then takes nothing. */
    MALLOC,
    /** The next trim; until then an address can be handed out in turns with the others. */
    TRIM,
    /** None. */
    NONE
  }

  /** The threads, and what they have seen. */
  private static final class Scene implements AutoCloseable {
    private final Map<Who, ExecutorService> threads = new EnumMap<>(Who.class);
    private final List<Thread> owners;
    private final Map<Long, Integer> handedOut = new HashMap<>();
    private final Smalloc heap;
    private final long byteSize;
    private @Nullable Told told;
    private int errors;

    Scene(Kind kind, long byteSize) {
      heap = kind.heap.get();
      this.byteSize = byteSize;
      for (Who who : Who.values()) {
        threads.put(who, Executors.newSingleThreadExecutor(who.factory));
        in(
            who,
            () -> {
              heap.free(heap.malloc(8)); // so that it owns a slab if it can
              return true;
            });
      }
      owners = List.of(in(Who.O, Thread::currentThread), in(Who.X, Thread::currentThread));
    }

    /**
     * Waits until the owners wait: what a thread that is at work keeps is not reached by a trim.
     */
    void awaitRest() {
      while (owners.stream().anyMatch(owner -> owner.getState() != Thread.State.WAITING)) {
        Thread.onSpinWait();
      }
    }

    <T> T in(Who who, Callable<T> work) {
      try {
        return threads.get(who).submit(work).get();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    void tell(Told by, IllegalStateException error) {
      assertTrue(String.valueOf(error.getMessage()).contains("0x"), error::toString);
      told = told == null ? by : told;
      errors++;
    }

    long[] allocate(Who who, int count) {
      return in(
          who,
          () -> {
            long[] blocks = new long[count];
            for (int i = 0; i < count; i++) {
              blocks[i] = heap.malloc(byteSize);
              OffHeap.storeInt(blocks[i], -1);
            }
            return blocks;
          });
    }

    void free(Who who, long block, Told by) {
      in(
          who,
          () -> {
            try {
              heap.free(block);
            } catch (IllegalStateException refused) {
              tell(by, refused);
            }
            return true;
          });
    }

    void takeSome(Who who, boolean written) {
      in(
          who,
          () -> {
            for (int i = 0; i < (byteSize < 1024 ? SMALL_CALLS : LARGE_CALLS); i++) {
              try {
                long block = heap.malloc(byteSize);
                handedOut.merge(block, 1, Integer::sum);
                if (written) {
                  OffHeap.storeInt(block, -1);
                }
              } catch (IllegalStateException error) {
                tell(Told.MALLOC, error);
              }
            }
            return true;
          });
    }

    void trim(Who who) {
      in(
          who,
          () -> {
            try {
              heap.trim();
            } catch (IllegalStateException error) {
              tell(Told.TRIM, error);
            }
            return true;
          });
    }

    int most(long[] blocks) {
      return Arrays.stream(blocks).mapToInt(b -> handedOut.getOrDefault(b, 0)).max().orElse(0);
    }

    @Override
    public void close() {
      threads.values().forEach(ExecutorService::close);
      heap.close();
    }
  }

  /**
   * One case: blocks a and b of an allocating thread; what is freed, as in "Xa", X frees a, or
   * "O50", O frees 50 others; what tells it, if nothing is written to the blocks afterwards; and
   * how often one of the two is handed out at the most.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PLAIN | O | 64 | Oa Ob Oa | NONE | 2
          PLAIN | O | 65536 | Oa Ob Oa | NONE | 2
          PLAIN | O | 64 | O1000 Oa Ob Oa O90 | LATER_FREE | 2
          LIMITED | O | 64 | O1000 Oa Ob Oa O90 | LATER_FREE | 2
          LIMITED | O | 64 | Oa Ob Oa | NONE | 2
          PLAIN | O | 64 | Xa Xb Xa | NONE | 1
          PLAIN | O | 64 | X61 Xa Xb Xa | MALLOC | 64
          PLAIN | O | 65536 | Xa Xb Xa | MALLOC | 2
          LIMITED | O | 64 | Xa Xb Xa | MALLOC | 2
          PLAIN | O | 64 | Va Vb Va | MALLOC | 2
          PLAIN | O | 64 | Va Vb Wa | MALLOC | 2
          PLAIN | O | 65536 | Va Vb Va | MALLOC | 2
          PLAIN | O | 1048576 | Oa Ob Oa | TRIM | 2
          PLAIN | O | 1048576 | Xa Xb Xa | TRIM | 2
          PLAIN | O | 1048576 | Va Vb Va | TRIM | 2
          PLAIN | O | 1048576 | Va Vb Wa | TRIM | 2
          LIMITED | O | 1048576 | Oa Ob Oa | TRIM | 2
          LIMITED | O | 1048576 | Xa Xb Xa | TRIM | 2
          LIMITED | O | 1048576 | Va Vb Va | TRIM | 2
          LIMITED | O | 1048576 | Va Vb Wa | TRIM | 2
          PLAIN | V | 64 | Va Vb Va | TRIM | 2
          PLAIN | V | 65536 | Va Vb Va | TRIM | 2
          PLAIN | V | 1048576 | Va Vb Va | TRIM | 2
          SHARED | O | 64 | Oa Ob Oa | TRIM | 2
          SHARED | O | 64 | Oa Xb Va | TRIM | 2
          SHARED | O | 65536 | Oa Ob Oa | TRIM | 2
          SHARED | O | 65536 | Oa Xb Va | TRIM | 2
          PLAIN | V | 64 | Xa Xb Xa | NONE | 1
          PLAIN | V | 65536 | Xa Xb Xa | TRIM | 2
          PLAIN | O | 64 | Oa Xa | NONE | 2
          PLAIN | O | 65536 | Oa Xa | NONE | 2
          LIMITED | O | 64 | Oa Xa | NONE | 2
          PLAIN | O | 64 | Xa Oa | NONE | 2
          PLAIN | O | 65536 | Xa Oa | NONE | 2
          LIMITED | O | 64 | Xa Oa | NONE | 2
          PLAIN | O | 64 | Oa Va | NONE | 2
          PLAIN | O | 65536 | Oa Va | NONE | 2
          LIMITED | O | 64 | Oa Va | NONE | 2
          PLAIN | O | 64 | Va Oa | NONE | 2
          PLAIN | O | 65536 | Va Oa | NONE | 2
          LIMITED | O | 64 | Va Oa | NONE | 2
          PLAIN | O | 64 | Xa Va | NONE | 2
          PLAIN | O | 64 | Xa Wa | NONE | 2
          PLAIN | O | 65536 | Xa Va | SECOND_FREE | 1
          LIMITED | O | 64 | Xa Va | SECOND_FREE | 1
          PLAIN | O | 64 | Va Xa | SECOND_FREE | 1
          PLAIN | O | 64 | Va Wa | SECOND_FREE | 1
          PLAIN | O | 65536 | Va Xa | SECOND_FREE | 1
          PLAIN | O | 65536 | Va Wa | SECOND_FREE | 1
          LIMITED | O | 64 | Va Xa | SECOND_FREE | 1
          LIMITED | O | 64 | Va Wa | SECOND_FREE | 1
          PLAIN | O | 1048576 | Oa Xa | SECOND_FREE | 1
          SHARED | O | 64 | Oa Xa | SECOND_FREE | 1
          PLAIN | O | 1048576 | Xa Oa | SECOND_FREE | 1
          SHARED | O | 64 | Xa Oa | SECOND_FREE | 1
          PLAIN | O | 1048576 | Oa Va | SECOND_FREE | 1
          SHARED | O | 64 | Oa Va | SECOND_FREE | 1
          PLAIN | O | 1048576 | Va Oa | SECOND_FREE | 1
          SHARED | O | 64 | Va Oa | SECOND_FREE | 1
          PLAIN | O | 1048576 | Xa Va | SECOND_FREE | 1
          SHARED | O | 64 | Xa Va | SECOND_FREE | 1
          PLAIN | O | 1048576 | Va Xa | SECOND_FREE | 1
          SHARED | O | 64 | Va Xa | SECOND_FREE | 1
          PLAIN | O | 1048576 | Va Wa | SECOND_FREE | 1
          SHARED | O | 64 | Va Wa | SECOND_FREE | 1
          """)
  void isToldOrNotAsTheTableSays(
      String kind, String by, long byteSize, String frees, String told, int most) {
    Who allocator = Who.valueOf(by);
    for (boolean written : new boolean[] {false, true}) {
      try (Scene scene = new Scene(Kind.valueOf(kind), byteSize)) {
        long[] blocks = scene.allocate(allocator, 2);
        boolean hasFillers = frees.matches(".*\\d.*");
        long[] fillers = scene.allocate(allocator, hasFillers ? FILLERS : 0);
        freeAll(scene, blocks, fillers, frees);
        for (Who who : new Who[] {allocator, Who.X, Who.V, Who.O}) {
          scene.takeSome(who, written);
        }
        int turns = scene.most(blocks);
        scene.awaitRest();
        for (Who who : Who.values()) {
          scene.trim(who);
        }
        String what = scene.told + ", " + turns + " times, written: " + written;
        if (!written) {
          assertEquals(Told.valueOf(told), scene.told == null ? Told.NONE : scene.told, what);
        }
        boolean untilTrim = Told.valueOf(told) == Told.TRIM && !written;
        assertTrue(untilTrim || turns <= most, what);
        assertTrue(scene.errors <= 1, scene.errors + " errors, " + what);
        checkGoesOn(scene, blocks, most);
      }
    }
  }

  private static void freeAll(Scene scene, long[] blocks, long[] fillers, String frees) {
    Set<Long> freed = new HashSet<>();
    int used = 0;
    for (String word : frees.split(" ")) {
      Who who = Who.valueOf(word.substring(0, 1));
      String which = word.substring(1);
      if (which.equals("a") || which.equals("b")) {
        long block = blocks[which.charAt(0) - 'a'];
        scene.free(who, block, freed.add(block) ? Told.LATER_FREE : Told.SECOND_FREE);
      } else {
        for (int end = used + Integer.parseInt(which); used < end; used++) {
          scene.free(who, fillers[used], Told.LATER_FREE);
        }
      }
    }
  }

  /** All threads go on, and nothing is handed out twice but what was not told. */
  private static void checkGoesOn(Scene scene, long[] blocks, int most) {
    Map<Long, Integer> before = new HashMap<>(scene.handedOut);
    scene.handedOut.clear();
    int errors = scene.errors;
    for (Who who : Who.values()) {
      scene.takeSome(who, true);
    }
    assertEquals(errors, scene.errors, "errors afterwards");
    for (Map.Entry<Long, Integer> entry : scene.handedOut.entrySet()) {
      boolean again = entry.getValue() > 1 || before.containsKey(entry.getKey());
      boolean misused = Arrays.stream(blocks).anyMatch(block -> block == entry.getKey());
      assertTrue(!again || (misused && entry.getValue() < most), "handed out again: " + entry);
    }
  }
}
