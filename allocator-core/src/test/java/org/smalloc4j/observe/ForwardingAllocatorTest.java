package org.smalloc4j.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;

class ForwardingAllocatorTest {
  /** Methods that keep their default form, so that they call the wrapper's own methods. */
  private static final Set<String> INHERITED =
      Set.of(
          "malloc(long)",
          "calloc(long)",
          "callocArray(long, long)",
          "realloc(long, long)",
          "allocate(long, long)",
          "reallocate(MemorySegment, long)",
          "free(MemorySegment)",
          "autoArena()",
          "byteBuffer(long, int)",
          "tryAllocate(long, long)",
          "uncheckedSharedArena()",
          "confinedArena()",
          "sharedArena()");

  private static String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static List<Method> methodsOfAllocator() {
    return Arrays.stream(Allocator.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .toList();
  }

  @Test
  void everyMethodOfAllocatorIsForwardedOrInheritedOnPurpose() {
    Set<String> declared =
        Arrays.stream(ForwardingAllocator.class.getDeclaredMethods())
            .map(ForwardingAllocatorTest::signature)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> forgotten = new TreeSet<>();
    Set<String> both = new TreeSet<>();
    for (Method method : methodsOfAllocator()) {
      String signature = signature(method);
      boolean inherited = INHERITED.contains(signature);
      if (!declared.contains(signature) && !inherited) {
        forgotten.add(signature);
      }
      if (declared.contains(signature) && inherited) {
        both.add(signature);
      }
    }
    assertEquals(Set.of(), forgotten, "neither forwarded nor inherited on purpose");
    assertEquals(Set.of(), both, "declared, though subclasses rely on the default form");
  }

  @Test
  void everyMethodOfAllocatorReachesTheInnerOne() throws ReflectiveOperationException {
    for (Method method : methodsOfAllocator()) {
      List<String> reached = new ArrayList<>();
      Allocator wrapper = new ForwardingAllocator(recording(reached)) {};
      Object[] arguments =
          Arrays.stream(method.getParameterTypes())
              .map(ForwardingAllocatorTest::argument)
              .toArray();
      method.invoke(wrapper, arguments);
      assertFalse(reached.isEmpty(), () -> signature(method) + " reaches nothing");
    }
  }

  private static Object argument(Class<?> type) {
    if (type == long.class) {
      return 8L;
    }
    if (type == int.class) {
      return 8;
    }
    if (type == MemorySegment.class) {
      return MemorySegment.ofAddress(64);
    }
    AutoCloseable dependant = () -> {};
    return dependant;
  }

  private static Allocator recording(List<String> reached) {
    InvocationHandler handler =
        (_, method, _) -> {
          reached.add(signature(method));
          Class<?> type = method.getReturnType();
          return type == long.class ? (Object) 64L : type == boolean.class ? (Object) true : null;
        };
    return (Allocator)
        Proxy.newProxyInstance(
            Allocator.class.getClassLoader(), new Class<?>[] {Allocator.class}, handler);
  }

  /** Counts the calls that make or end a block. */
  private static final class Counting extends ForwardingAllocator {
    int made;
    int resized;
    int ended;

    Counting(Allocator inner) {
      super(inner);
    }

    @Override
    public long malloc(long byteSize, long byteAlignment) {
      made++;
      return super.malloc(byteSize, byteAlignment);
    }

    @Override
    public long calloc(long byteSize, long byteAlignment) {
      made++;
      return super.calloc(byteSize, byteAlignment);
    }

    @Override
    public long realloc(long address, long byteSize, long byteAlignment) {
      resized++;
      return super.realloc(address, byteSize, byteAlignment);
    }

    @Override
    public void free(long address) {
      ended++;
      super.free(address);
    }
  }

  @Test
  void aSubclassSeesEveryBlockWhateverMethodMakesOrEndsIt() {
    try (Counting counting = new Counting(Smalloc.create())) {
      counting.free(counting.malloc(8));
      counting.free(counting.malloc(8, 64));
      counting.free(counting.calloc(8));
      counting.free(counting.calloc(8, 64));
      counting.free(counting.callocArray(3, 8));
      counting.free(counting.allocate(8));
      counting.free(counting.allocateFrom("eight"));
      assertEquals(7, counting.made);
      assertEquals(7, counting.ended);
      counting.free(counting.realloc(Allocator.NULL, 8));
      counting.free(counting.reallocate(MemorySegment.NULL, 8));
      assertEquals(2, counting.resized);
    }
  }

  @Test
  void anArenaOpenedThroughASubclassAllocatesAndFreesThroughIt() {
    try (Counting counting = new Counting(Smalloc.create())) {
      for (Arena arena : List.of(counting.confinedArena(), counting.sharedArena())) {
        counting.made = 0;
        counting.ended = 0;
        arena.allocate(8);
        arena.allocateFrom("arena");
        assertEquals(2, counting.made);
        arena.close();
        assertEquals(2, counting.ended);
      }
    }
  }

  @Test
  void theInnerAllocatorIsNotClosedUnderAnArenaOpenedThroughAWrapper() {
    Smalloc heap = Smalloc.create();
    Allocator wrapper = new ForwardingAllocator(new ForwardingAllocator(heap) {}) {};
    Arena arena = wrapper.confinedArena();
    assertThrows(IllegalStateException.class, heap::close);
    assertThrows(IllegalStateException.class, wrapper::close);
    arena.close();
    wrapper.close();
    assertThrows(IllegalStateException.class, () -> heap.malloc(8));
  }

  @Test
  void closingTheHeapNowClosesTheArenasOfItsWrappers() {
    Smalloc heap = Smalloc.create();
    MeteredAllocator metered = MeteredAllocator.over(heap);
    Arena arena = metered.sharedArena();
    arena.allocate(100);
    heap.closeNow();
    assertFalse(arena.scope().isAlive());
    assertEquals(0, metered.liveBlocks());
  }

  @Test
  void aWrapperNamesItselfAndWhatIsBehindIt() {
    try (Smalloc heap = Smalloc.builder().name("named").build()) {
      String name = MeteredAllocator.over(heap).toString();
      assertTrue(name.startsWith("MeteredAllocator over Smalloc[named"), name);
    }
  }
}
