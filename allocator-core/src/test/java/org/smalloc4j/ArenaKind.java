package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/**
 * A kind of arena that has to obey the JDK's rules: the JDK's own, and ours over each kind of
 * allocator.
 *
 * @param name what test reports call it
 * @param form who may use it and how it ends
 * @param allocator what its blocks come from; null for the JDK's
 * @param opener opens one
 */
record ArenaKind(String name, Form form, @Nullable Allocator allocator, Supplier<Arena> opener) {

  /** Who may use an arena, and how it ends. */
  enum Form {
    CONFINED,
    SHARED,
    AUTO
  }

  private static final List<ArenaKind> ALL = new ArrayList<>();

  static {
    ALL.add(new ArenaKind("JDK confined", Form.CONFINED, null, Arena::ofConfined));
    ALL.add(new ArenaKind("JDK shared", Form.SHARED, null, Arena::ofShared));
    ALL.add(new ArenaKind("JDK auto", Form.AUTO, null, Arena::ofAuto));
    addOver("plain", () -> small().build());
    addOver("limited", () -> small().maxBytes(1L << 28).build());
    addOver("shared words", () -> small().ownedSlabs(false).build());
    addOver("wrapped", () -> new WrappedAllocator(small().build()));
  }

  /** These heaps stay open: they leave addresses for the other tests. */
  private static Smalloc.Builder small() {
    return Smalloc.builder().regionBits(40);
  }

  /** Automatic arenas have a heap of their own, whose live blocks are the garbage collector's. */
  private static void addOver(String name, Supplier<Allocator> allocators) {
    Allocator allocator = allocators.get();
    add(name, Form.CONFINED, allocator, Allocator::confinedArena);
    add(name, Form.SHARED, allocator, Allocator::sharedArena);
    add(name, Form.AUTO, allocators.get(), Allocator::autoArena);
  }

  private static void add(
      String name, Form form, Allocator allocator, Function<Allocator, Arena> open) {
    ALL.add(new ArenaKind(name + " " + form, form, allocator, () -> open.apply(allocator)));
  }

  /** Returns all kinds. */
  static Stream<ArenaKind> all() {
    return ALL.stream();
  }

  /** Returns the kinds that can be closed. */
  static Stream<ArenaKind> closeable() {
    return all().filter(ArenaKind::isCloseable);
  }

  /** Returns the kinds that belong to one thread. */
  static Stream<ArenaKind> confined() {
    return all().filter(kind -> kind.form == Form.CONFINED);
  }

  /** Returns the kinds that any thread may use. */
  static Stream<ArenaKind> ofAllThreads() {
    return all().filter(kind -> kind.form != Form.CONFINED);
  }

  /** Returns those of this project that can be closed. */
  static Stream<ArenaKind> oursCloseable() {
    return closeable().filter(kind -> kind.allocator != null);
  }

  /** Returns those of this project. */
  static Stream<ArenaKind> ours() {
    return all().filter(kind -> kind.allocator != null);
  }

  boolean isCloseable() {
    return form != Form.AUTO;
  }

  Arena open() {
    return opener.get();
  }

  /** Opens one of this project. */
  HeapArena openOurs() {
    return (HeapArena) opener.get();
  }

  /** Closes an arena of this kind, if it can be. */
  void close(Arena arena) {
    if (isCloseable()) {
      arena.close();
    }
  }

  /** Fails unless the allocator has so many live blocks, where that can be told. */
  void assertLive(long blocks, String when) {
    if (allocator != null && isCloseable()) {
      assertEquals(blocks, allocator.stats().liveBlocks(), "live blocks " + when);
    }
  }

  /** Returns the live blocks of the allocator, where that can be told, or 0. */
  long liveBlocks() {
    return allocator != null && isCloseable() ? allocator.stats().liveBlocks() : 0;
  }

  /** Returns what an action throws in another thread, or null. */
  static @Nullable Throwable thrownElsewhere(Executable action) throws InterruptedException {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Runnable run =
        () -> {
          try {
            action.execute();
          } catch (Throwable t) {
            thrown.set(t);
          }
        };
    Thread.ofPlatform().start(run).join();
    return thrown.get();
  }

  @Override
  public String toString() {
    return name;
  }
}
