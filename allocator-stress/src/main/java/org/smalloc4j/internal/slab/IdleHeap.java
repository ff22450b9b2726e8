package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** A heap whose owners are asked in one way or another whether they are idle. */
public final class IdleHeap {
  private static final int REGION_BITS = 32;
  private static final int SHARED_HOMES = 8;

  /** How a revoker finds out whether an owner is idle. */
  public enum Form {
    /** As the program does. */
    SOUND,
    /** Without a handshake. */
    NO_HANDSHAKE,
    /** By a handshake, after which a thread that runs counts as idle, too. */
    ANY_STACK;

    private boolean isIdle(Thread thread) {
      return switch (this) {
        case SOUND -> IdleStack.isIdle(thread);
        case NO_HANDSHAKE -> true;
        case ANY_STACK -> isOutsideAllocator(thread);
      };
    }
  }

  private IdleHeap() {}

  private static boolean isOutsideAllocator(Thread thread) {
    StackTraceElement[] trace = thread.getStackTrace();
    for (StackTraceElement frame : trace) {
      if (frame.getClassName().startsWith("org.smalloc4j.internal.slab.")) {
        return false;
      }
    }
    return trace.length > 0;
  }

  /** Creates a heap. */
  public static OwnedHeap of(Form form) throws OsException {
    VirtualMemory os = VirtualMemory.of(System.getProperty("os.name"));
    Region region = Region.reserve(os, REGION_BITS);
    OwnedHeap made =
        OwnedHeap.of(
            region, new MemoryLimit(MemoryLimit.UNLIMITED), SHARED_HOMES - 1, SHARED_HOMES, false);
    return new OwnedHeap(
        made.shared(),
        made.layout(),
        made.directory(),
        new Owners(made.directory(), SHARED_HOMES, false, form::isIdle),
        made.stash(),
        made.outbox(),
        made.transit());
  }

  /** Takes what idle owners keep. */
  public static void takeIdle(OwnedHeap heap) {
    heap.owners().revocation().takeIdle(heap);
  }

  /** Returns how many slabs were taken. */
  public static long taken(OwnedHeap heap) {
    return heap.owners().revocation().taken();
  }

  /** Tells whether a thread's slab could be taken now. */
  public static boolean isIdle(Thread thread) {
    return IdleStack.isIdle(thread);
  }

  /** Tells whether slabs are taken in this JVM at all. */
  public static boolean isTrusted() {
    return IdleStack.isTrusted();
  }

  /** Allocates a slot of a class in the slow way, or returns 0. */
  public static long allocate(OwnedHeap heap, int sizeClass) {
    return SlabHeap.address(heap.allocate(sizeClass));
  }

  /** Counts the live slots of a heap at rest. */
  public static long live(OwnedHeap heap, int sizeClass) {
    return Census.of(heap).live(sizeClass);
  }
}
