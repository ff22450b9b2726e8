package org.smalloc4j.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.Crowd;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OutOfMemoryFails;

@ExtendWith(OutOfMemoryFails.class)
class ObjectPoolTest {
  private final LimitedAllocator heap = new LimitedAllocator();
  private final AtomicInteger made = new AtomicInteger();
  private final ObjectPool<Order> pool =
      ObjectPool.of(heap, ValueLayout.JAVA_LONG, 4, this::newOrder);

  /** A view whose equals and hashCode are no help. */
  private record Order(MemorySegment memory) {
    long id() {
      return memory.get(ValueLayout.JAVA_LONG, 0);
    }

    void setId(long id) {
      memory.set(ValueLayout.JAVA_LONG, 0, id);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Order;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  private Order newOrder(MemorySegment memory) {
    made.getAndIncrement();
    return new Order(memory);
  }

  @AfterEach
  void close() {
    pool.close();
    assertEquals(0, heap.live());
    assertEquals(0, heap.attached());
    heap.close();
  }

  @Test
  void eachObjectHasABlockOfItsOwn() {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Order order = pool.acquire();
      assertEquals(8, order.memory().byteSize());
      order.setId(i);
      orders.add(order);
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(i, orders.get(i).id());
    }
    assertEquals(100, pool.liveObjects());
  }

  @Test
  void anObjectIsMadeOnceAndReusedLastInFirstOut() {
    Order a = pool.acquire();
    Order b = pool.acquire();
    b.setId(42);
    pool.release(a);
    pool.release(b);
    assertSame(b, pool.acquire());
    assertEquals(42, b.id(), "contents stay");
    assertSame(a, pool.acquire());
    assertNotSame(a, b);
    assertEquals(2, made.get());
  }

  @Test
  void whatIsNotOfThisPoolIsRefused() {
    Order own = pool.acquire();
    Order twin = new Order(own.memory());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> pool.release(twin))
            .getMessage()
            .contains("Order is not one of its own"));
    try (ObjectPool<Order> other = ObjectPool.of(heap, ValueLayout.JAVA_LONG, 4, this::newOrder)) {
      Order others = other.acquire();
      assertThrows(IllegalArgumentException.class, () -> pool.release(others));
      other.release(others);
    }
    assertEquals(1, pool.liveObjects());
    pool.release(own);
  }

  @Test
  void aSecondReleaseIsRefused() {
    Order a = pool.acquire();
    Order b = pool.acquire();
    pool.release(a);
    assertThrows(IllegalStateException.class, () -> pool.release(a));
    pool.release(b);
    assertThrows(IllegalStateException.class, () -> pool.release(a));
    assertSame(b, pool.acquire());
    assertSame(a, pool.acquire());
  }

  @Test
  void aViewThatThrowsLeavesTheBlockFreeAndIsAskedAgain() {
    AtomicInteger asked = new AtomicInteger();
    try (ObjectPool<Order> failing =
        ObjectPool.of(
            heap,
            ValueLayout.JAVA_LONG,
            4,
            memory -> {
              if (asked.getAndIncrement() < 3) {
                throw new IllegalArgumentException("not yet");
              }
              return new Order(memory);
            })) {
      for (int i = 0; i < 3; i++) {
        assertThrows(IllegalArgumentException.class, failing::acquire);
        assertEquals(0, failing.liveObjects());
      }
      failing.release(failing.acquire());
      assertEquals(4, asked.get());
    }
  }

  @Test
  @SuppressWarnings({"NullAway", "DataFlowIssue"})
  void aViewThatReturnsNullOrAnObjectAgainIsRefused() {
    try (ObjectPool<Order> nothing = ObjectPool.of(heap, ValueLayout.JAVA_LONG, 4, _ -> null)) {
      assertThrows(NullPointerException.class, nothing::acquire);
      assertEquals(0, nothing.liveObjects());
    }
    Order one = new Order(MemorySegment.NULL);
    try (ObjectPool<Order> same = ObjectPool.of(heap, ValueLayout.JAVA_LONG, 4, _ -> one)) {
      assertSame(one, same.acquire());
      assertThrows(IllegalStateException.class, same::acquire);
      assertEquals(1, same.liveObjects());
      same.release(one);
      assertSame(one, same.acquire());
    }
  }

  @Test
  void theAllocatorsRefusalChangesNothing() {
    heap.allow(1);
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      orders.add(pool.acquire());
    }
    for (int i = 0; i < 10; i++) {
      assertThrows(OutOfMemoryError.class, pool::acquire);
    }
    assertEquals(4, pool.liveObjects());
    pool.release(orders.get(2));
    assertSame(orders.get(2), pool.acquire());
    heap.allow(Long.MAX_VALUE);
    pool.acquire();
  }

  @Test
  void afterCloseEverythingThrows() {
    Order live = pool.acquire();
    pool.close();
    assertThrows(IllegalStateException.class, pool::acquire);
    assertThrows(IllegalStateException.class, () -> pool.release(live));
    assertThrows(IllegalStateException.class, () -> pool.release(new Order(MemorySegment.NULL)));
    assertThrows(IllegalStateException.class, pool::liveObjects);
  }

  @Test
  void noObjectIsInUseTwiceWhicheverThreadsUseIt() throws InterruptedException {
    Set<Order> all =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    new Crowd(21)
        .run(
            8,
            Crowd.MIXED,
            (index, random) -> {
              List<Order> own = new ArrayList<>();
              for (int i = 0; i < 20_000; i++) {
                if (own.size() < 20 && random.nextBoolean()) {
                  Order order = pool.acquire();
                  order.setId(index);
                  all.add(order);
                  own.add(order);
                } else if (!own.isEmpty()) {
                  Order order = own.remove(random.nextInt(own.size()));
                  assertEquals(index, order.id());
                  pool.release(order);
                }
              }
              own.forEach(pool::release);
            });
    assertEquals(0, pool.liveObjects());
    assertEquals(all.size(), made.get(), "made once each");
  }
}
