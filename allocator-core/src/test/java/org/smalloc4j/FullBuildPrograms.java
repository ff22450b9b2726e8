package org.smalloc4j;

import static org.smalloc4j.LifetimePrograms.addresses;
import static org.smalloc4j.LifetimePrograms.check;
import static org.smalloc4j.LifetimePrograms.filling;

import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;

/** Programs for a {@link ChildJvm} that build and close heaps with a full Java heap or stack. */
enum FullBuildPrograms {
  /** Closes heaps with a full Java heap. */
  CLOSE_WITHOUT_JAVA_HEAP {
    @Override
    void run() throws Throwable {
      Smalloc.create().close();
      for (int i = 0; i < 5; i++) {
        Smalloc heap = Smalloc.builder().regionBits(44).build();
        Object[] filling = filling(0);
        heap.close();
        filling[0] = null;
        check(addresses() < 1L << 44, "released");
      }
    }
  },

  /** Makes heaps with more and more room on the Java heap; those that are refused leave nothing. */
  BUILD_WITHOUT_JAVA_HEAP {
    @Override
    void run() throws Throwable {
      Smalloc.create().close();
      int refused = 0;
      for (int room = 0; room < 40; room++) {
        Object[] filling = filling(room * 4); // a build needs some 270 KiB
        Smalloc heap = null;
        try {
          heap = Smalloc.builder().regionBits(44).build();
        } catch (OutOfMemoryError e) {
          refused++;
        }
        filling[0] = null;
        if (heap != null) {
          heap.close();
        }
        check(addresses() < 1L << 44, "released");
      }
      check(refused > 0 && refused < 40, "refused " + refused + " times");
    }
  },

  /**
   * Fills the Java heap behind each system call of a build; those that are refused leave nothing.
   */
  JAVA_HEAP_FULL_AFTER_A_SYSTEM_CALL {
    @Override
    void run() throws Throwable {
      Smalloc.create().close();
      for (boolean steppedDown : new boolean[] {false, true}) {
        int refused = 0;
        for (int calls = 1; calls <= 3; calls++) { // one that reserves, two that advise
          FillsJavaHeap memory = new FillsJavaHeap(calls, steppedDown);
          Smalloc heap = null;
          try {
            heap = new SmallocBuilder().virtualMemory(memory).build();
          } catch (OutOfMemoryError e) {
            refused++;
          }
          memory.empty();
          if (heap != null) {
            heap.close();
          }
          check(addresses() < 1L << 40, "released after call " + calls);
        }
        check(refused > 0, "refused");
      }
    }
  },

  /** Makes heaps with less and less stack; those that are refused leave nothing. */
  BUILD_WITHOUT_STACK {
    @Override
    void run() throws Throwable {
      Throwable[] failure = new Throwable[1];
      Thread thread = new Thread(null, () -> failure[0] = buildAtEachDepth(), "small", 1 << 19);
      thread.start();
      thread.join();
      check(failure[0] == null, "failed with " + failure[0]);
      check(addresses() < 1L << 44, "released");
      Smalloc.global().malloc(8);
    }

    private static Throwable buildAtEachDepth() {
      try {
        buildOnTheWayBack();
        return null;
      } catch (StackOverflowError first) {
        return null;
      } catch (Throwable failure) {
        return failure;
      }
    }

    /** Runs out of stack, and then tries once on each level. */
    private static void buildOnTheWayBack() {
      try {
        buildOnTheWayBack();
      } catch (StackOverflowError deeper) {
        Smalloc.builder().regionBits(44).build().close();
        throw new IllegalStateException("built");
      } catch (IllegalStateException built) {
        if (!String.valueOf(built.getMessage()).equals("built")) {
          throw built;
        }
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

  /** Fills the Java heap at the end of a call of its choice. */
  private static final class FillsJavaHeap extends ForwardingMemory {
    private final long mostBytes;
    private int calls;
    private Object[] filling = new Object[1];

    FillsJavaHeap(int calls, boolean steppedDown) {
      this.calls = calls;
      this.mostBytes = steppedDown ? 1L << 43 : 1L << 44;
    }

    @Override
    public long reserve(long hint, long byteSize) throws OsException {
      if (byteSize > mostBytes) {
        throw new OsException("mmap", 12);
      }
      long address = super.reserve(hint, byteSize);
      note();
      return address;
    }

    @Override
    public boolean advise(long address, long byteSize, Advice advice) {
      boolean taken = super.advise(address, byteSize, advice);
      note();
      return taken;
    }

    private void note() {
      if (--calls == 0) {
        filling = filling(0);
      }
    }

    void empty() {
      filling[0] = null;
    }
  }
}
