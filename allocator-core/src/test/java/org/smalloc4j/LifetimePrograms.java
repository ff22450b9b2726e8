package org.smalloc4j;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** Programs for a {@link ChildJvm} about the beginning and the end of heaps. */
enum LifetimePrograms {
  /** Makes and drops more heaps than there are addresses for: used by arenas, and not. */
  DROPPED_HEAPS {
    @Override
    void run() throws Throwable {
      for (int i = 0; i < 20; i++) {
        Smalloc heap = Smalloc.builder().regionBits(44).build();
        heap.malloc(8);
        if (i % 3 != 0) {
          try (Arena arena = i % 3 == 1 ? heap.sharedArena() : heap.confinedArena()) {
            arena.allocate(8);
          }
        }
        heap = null;
        waitUntilAddressesAreBelow(2L << 44);
      }
    }
  },

  /** Closes heaps and then drops them: what was at their addresses since stays. */
  CLOSED_AND_DROPPED {
    @Override
    void run() throws Throwable {
      List<Smalloc> next = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Smalloc heap = Smalloc.builder().regionBits(30).build();
        if (i % 2 == 0) {
          heap.sharedArena().close();
        }
        heap.close();
        heap = null;
        Smalloc other = Smalloc.builder().regionBits(30).build();
        OffHeap.storeLong(other.malloc(8), 42);
        next.add(other);
      }
      WeakReference<Object> marker = new WeakReference<>(new Object());
      for (int i = 0; i < 20 || marker.get() != null; i++) {
        System.gc();
        Thread.sleep(5);
      }
      for (Smalloc heap : next) {
        OffHeap.storeLong(heap.malloc(8), 43); // a crash if it is gone
        heap.close();
      }
    }
  },

  /** Drops a heap with an open arena. Its region stays, and a warning says so. */
  DROPPED_WITH_ARENA {
    @Override
    void run() throws Throwable {
      ByteArrayOutputStream printed = catchErrors();
      WeakReference<Smalloc> dropped = dropped();
      while (dropped.get() != null) {
        System.gc();
        Thread.sleep(5);
      }
      while (!printed.toString(UTF_8).contains("no longer reachable")) {
        System.gc();
        Thread.sleep(5);
      }
      check(addresses() > 1L << 44, "the region stays");
      System.out.print(printed.toString(UTF_8));
    }

    private static WeakReference<Smalloc> dropped() {
      Smalloc heap = Smalloc.builder().regionBits(44).name("left open").build();
      heap.sharedArena().allocate(8);
      return new WeakReference<>(heap);
    }
  },

  /** A copy of the library in a class loader of its own, 12 times. */
  REDEPLOYED {
    @Override
    void run() throws Throwable {
      for (int i = 0; i < 12; i++) {
        WeakReference<ClassLoader> loader = deploy(false);
        while (loader.get() != null) {
          System.gc();
          Thread.sleep(5);
        }
        waitUntilAddressesAreBelow(2L << 44);
      }
    }
  },

  /** The same, with a thread that trims by the clock a heap which a static field refers to. */
  REDEPLOYED_WITH_TRIM_EVERY {
    @Override
    void run() throws Throwable {
      for (int i = 0; i < 4; i++) {
        WeakReference<ClassLoader> loader = deployWithTicks();
        while (loader.get() != null) {
          System.gc();
          Thread.sleep(5);
        }
      }
      while (Thread.getAllStackTraces().keySet().stream()
          .anyMatch(thread -> thread.getName().contains("ticking"))) {
        Thread.sleep(5);
      }
      waitUntilAddressesAreBelow(1L << 44);
    }

    private static WeakReference<ClassLoader> deployWithTicks() throws Exception {
      URL core = Path.of(System.getProperty("core")).toUri().toURL();
      try (URLClassLoader loader = new URLClassLoader(new URL[] {core}, null)) {
        Class<?> type = loader.loadClass("org.smalloc4j.Smalloc$Builder");
        Object builder =
            loader.loadClass("org.smalloc4j.Smalloc").getMethod("builder").invoke(null);
        type.getMethod("name", String.class).invoke(builder, "ticking");
        type.getMethod("trimEvery", Duration.class).invoke(builder, Duration.ofMillis(2));
        Object heap = type.getMethod("build").invoke(builder);
        Field made = loader.loadClass("org.smalloc4j.GlobalHeap").getDeclaredField("made");
        made.setAccessible(true);
        made.set(null, heap);
        Method malloc = loader.loadClass("org.smalloc4j.Allocator").getMethod("malloc", long.class);
        malloc.invoke(heap, 1000L);
        return new WeakReference<>(loader);
      }
    }
  },

  /**
   * The same, with a virtual thread that allocates: what the C library keeps for each native thread
   * has a key, of which a process has 1,024, and which goes with the class loader.
   */
  REDEPLOYED_WITH_VIRTUAL_THREADS {
    @Override
    void run() throws Throwable {
      int free = Integer.MAX_VALUE;
      for (int i = 0; i < 6; i++) {
        WeakReference<ClassLoader> loader = deployWithVirtualThread();
        while (loader.get() != null || freeKey() > free) {
          System.gc();
          Thread.sleep(5);
        }
        free = Math.min(free, freeKey());
      }
    }

    private static WeakReference<ClassLoader> deployWithVirtualThread() throws Exception {
      URL core = Path.of(System.getProperty("core")).toUri().toURL();
      try (URLClassLoader loader = new URLClassLoader(new URL[] {core}, null)) {
        Object heap = loader.loadClass("org.smalloc4j.Smalloc").getMethod("global").invoke(null);
        Method malloc = loader.loadClass("org.smalloc4j.Allocator").getMethod("malloc", long.class);
        FutureTask<Object> task = new FutureTask<>(() -> malloc.invoke(heap, 100L));
        Thread.ofVirtual().start(task).join();
        check((Long) task.get() != 0, "allocated");
        Class<?> keys = loader.loadClass("org.smalloc4j.internal.os.NativeThread");
        check((Boolean) keys.getMethod("isReady").invoke(null), "a key is in use");
        return new WeakReference<>(loader);
      }
    }

    /** Returns the smallest key that is free, which a new one would be. */
    @SuppressWarnings("restricted")
    private static int freeKey() throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle create =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("pthread_key_create"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
      MethodHandle delete =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("pthread_key_delete"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment key = arena.allocate(JAVA_INT);
        check((int) create.invokeExact(key, MemorySegment.NULL) == 0, "created");
        check((int) delete.invokeExact(key.get(JAVA_INT, 0)) == 0, "deleted");
        return key.get(JAVA_INT, 0);
      }
    }
  },

  /** The same with an arena left open: the class loader goes, the region stays. */
  REDEPLOYED_WITH_ARENA {
    @Override
    void run() throws Throwable {
      ByteArrayOutputStream printed = catchErrors();
      WeakReference<ClassLoader> loader = deploy(true);
      while (loader.get() != null) {
        System.gc();
        Thread.sleep(5);
      }
      while (!printed.toString(UTF_8).contains("no longer reachable")) {
        System.gc();
        Thread.sleep(5);
      }
      check(addresses() > 1L << 44, "the region stays");
      System.out.print(printed.toString(UTF_8));
    }
  },

  /** Asks for the heap of the process with a full Java heap, and again with room. */
  GLOBAL_AGAIN {
    @Override
    void run() throws Throwable {
      int refused = 0;
      Smalloc heap = null;
      for (int room = 64; heap == null; room *= 2) {
        Object[] filling = filling(room);
        try {
          heap = Smalloc.global();
        } catch (OutOfMemoryError e) {
          refused++;
        }
        filling[0] = null;
      }
      check(refused > 0, "refused at first");
      check(heap == Smalloc.global(), "the same heap");
      heap.free(heap.malloc(100));
    }
  },

  /** Prints the bytes that 1,000 system calls of each kind leave on the Java heap, in the end. */
  SYSTEM_CALLS_WITHOUT_GARBAGE {
    @Override
    void run() throws Throwable {
      VirtualMemory os = VirtualMemory.of("Linux");
      callAll(os, 1);
      MethodHandle bytes = allocatedBytes();
      for (int i = 0; i < 200; i++) {
        check(measure(bytes) >= 0, "measured"); // until it is customised
      }
      long allocated = 0;
      for (int round = 0; round < 10; round++) { // the last one, when the compiler is done
        long before = measure(bytes);
        callAll(os, 1000);
        allocated = measure(bytes) - before;
      }
      System.out.print(allocated);
    }

    /** The one place of this call: each links something of its own. */
    private static long measure(MethodHandle bytes) throws Throwable {
      return (long) bytes.invokeExact();
    }

    /** Found at run time: the module of the core does not read that of the management. */
    private static MethodHandle allocatedBytes() throws Throwable {
      Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      return MethodHandles.publicLookup()
          .findVirtual(type, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
          .bindTo(bean);
    }

    private static void callAll(VirtualMemory os, int times) throws OsException {
      long page = os.osPageBytes();
      for (int i = 0; i < times; i++) {
        long address = os.reserve(0, 4 * page);
        os.advise(address, 4 * page, VirtualMemory.Advice.NO_HUGE_PAGES);
        os.advise(address, 4 * page, VirtualMemory.Advice.NO_CORE_DUMP);
        RawMemory.storePlain(address, 1);
        os.discard(address, 4 * page);
        os.release(address, 4 * page);
      }
    }
  },

  /** Prints what is thrown, twice by each way to a heap. */
  NATIVE_ACCESS_DENIED {
    @Override
    void run() {
      List<Runnable> ways =
          List.of(Smalloc::create, Smalloc::global, () -> Smalloc.builder().regionBits(30).build());
      for (Runnable way : ways) {
        for (int i = 0; i < 2; i++) {
          try {
            way.run();
            System.out.println("made");
          } catch (Throwable thrown) {
            System.out.println(thrown);
          }
        }
      }
    }
  },

  /** Makes as many heaps as there are addresses for, and prints the refusal. */
  ADDRESSES_USED_UP {
    @Override
    void run() {
      List<Smalloc> heaps = new ArrayList<>();
      Smalloc.builder().regionBits(44).build().close(); // not to be counted
      try {
        while (heaps.size() < 100) {
          heaps.add(Smalloc.builder().regionBits(44).build());
        }
      } catch (OutOfMemoryError refused) {
        System.out.print(heaps.size() + " " + refused.getMessage());
      }
    }
  },

  /** Prints why a heap that had to step down has no block of 1 GiB. */
  LARGER_THAN_THE_REGION {
    @Override
    void run() {
      try (Smalloc heap = Smalloc.create()) {
        heap.malloc(1 << 30);
        heap.malloc(1L << 31);
        heap.malloc(1L << 31);
      } catch (OutOfMemoryError refused) {
        System.out.print(refused.getMessage());
      }
    }
  };

  /** Runs the program. */
  abstract void run() throws Throwable;

  /**
   * Runs a program.
   *
   * @param arguments its name
   */
  public static void main(String[] arguments) throws Throwable {
    valueOf(arguments[0]).run();
  }

  static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** Returns what is written to the standard error from now on. */
  static ByteArrayOutputStream catchErrors() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, UTF_8));
    return printed;
  }

  /** Returns the bytes of addresses of this process beyond those that every JVM has. */
  static long addresses() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmSize")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no VmSize");
  }

  static void waitUntilAddressesAreBelow(long byteSize) throws IOException, InterruptedException {
    while (addresses() >= byteSize) {
      System.gc();
      Thread.sleep(5);
    }
  }

  /** Fills the Java heap but for some objects of 4 KiB; the first element holds what fills it. */
  static Object[] filling(int room) {
    Object[] filling = new Object[1];
    Object[] spare = new Object[room];
    for (int i = 0; i < room; i++) {
      spare[i] = new byte[1 << 12];
    }
    for (int size : new int[] {1 << 14, 1 << 8, 2, 1}) {
      try {
        while (true) {
          Object[] more = new Object[size];
          more[0] = filling[0];
          filling[0] = more;
        }
      } catch (OutOfMemoryError full) {
        // go on with smaller pieces
      }
    }
    java.util.Arrays.fill(spare, null);
    return filling;
  }

  static WeakReference<ClassLoader> deploy(boolean leavesArenaOpen) throws Exception {
    URL core = Path.of(System.getProperty("core")).toUri().toURL();
    // Not the platform's loader: it would find this module, on the module path.
    try (URLClassLoader loader = new URLClassLoader(new URL[] {core}, null)) {
      Object heap = loader.loadClass("org.smalloc4j.Smalloc").getMethod("global").invoke(null);
      Class<?> allocator = loader.loadClass("org.smalloc4j.Allocator");
      allocator.getMethod("malloc", long.class).invoke(heap, 1000L);
      try (Arena closed = (Arena) allocator.getMethod("confinedArena").invoke(heap)) {
        closed.allocate(100);
      }
      Arena arena = (Arena) allocator.getMethod("sharedArena").invoke(heap);
      arena.allocate(100);
      if (!leavesArenaOpen) {
        arena.close();
      }
      return new WeakReference<>(loader);
    }
  }
}
