package org.smalloc4j.internal.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** {@link VirtualMemory} over mmap, madvise, mincore and munmap of the C library. */
final class PosixMemory implements VirtualMemory {
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      function("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MINCORE =
      function("mincore", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS));
  private static final MethodHandle GETPAGESIZE =
      function("getpagesize", FunctionDescriptor.of(JAVA_INT));

  /** What each of the calls returns when it fails; mmap too, which does not return null. */
  private static final long FAILED = -1;

  /** OS pages asked about in one mincore call. */
  private static final long MINCORE_BATCH = 1 << 14;

  private final PosixConstants constants;
  private final long osPageBytes;

  PosixMemory(PosixConstants constants) {
    this.constants = constants;
    try {
      osPageBytes = call("getpagesize", state -> (int) GETPAGESIZE.invokeExact(state));
    } catch (OsException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    return map(hint, byteSize, constants.mapFlags());
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    int number =
        switch (advice) {
          case NO_HUGE_PAGES -> constants.noHugePages();
          case NO_CORE_DUMP -> constants.noCoreDump();
        };
    if (number == PosixConstants.NONE) {
      return false;
    }
    try {
      madvise(address, byteSize, number);
      return true;
    } catch (OsException refused) {
      return false; // a kernel built without the feature: nothing to avoid
    }
  }

  @Override
  public long discard(long address, long byteSize) throws OsException {
    long backed = backedBytes(address, byteSize);
    if (backed > 0) {
      if (constants.dontNeed() != PosixConstants.NONE) {
        madvise(address, byteSize, constants.dontNeed());
      } else {
        map(address, byteSize, constants.mapFlags() | PosixConstants.MAP_FIXED);
      }
    }
    return backed;
  }

  @Override
  public void release(long address, long byteSize) throws OsException {
    call(
        "munmap" + stretch(address, byteSize),
        state -> (int) MUNMAP.invokeExact(state, address, byteSize));
  }

  @Override
  public long osPageBytes() {
    return osPageBytes;
  }

  private static long map(long address, long byteSize, int flags) throws OsException {
    return call(
        "mmap" + stretch(address, byteSize),
        state ->
            (long)
                MMAP.invokeExact(
                    state, address, byteSize, PosixConstants.READ_WRITE, flags, -1, 0L));
  }

  private static void madvise(long address, long byteSize, int advice) throws OsException {
    call(
        "madvise(" + advice + ")" + stretch(address, byteSize),
        state -> (int) MADVISE.invokeExact(state, address, byteSize, advice));
  }

  private long backedBytes(long address, long byteSize) throws OsException {
    long pages = byteSize / osPageBytes;
    long backed = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flags = arena.allocate(Math.min(pages, MINCORE_BATCH));
      for (long page = 0; page < pages; page += MINCORE_BATCH) {
        long batch = Math.min(pages - page, MINCORE_BATCH);
        long from = address + page * osPageBytes;
        long bytes = batch * osPageBytes;
        call(
            "mincore" + stretch(from, bytes),
            state -> (int) MINCORE.invokeExact(state, from, bytes, flags));
        for (long i = 0; i < batch; i++) {
          backed += flags.get(JAVA_BYTE, i) & 1;
        }
      }
    }
    return backed * osPageBytes;
  }

  private static String stretch(long address, long byteSize) {
    return " of " + byteSize + " bytes at 0x" + Long.toHexString(address);
  }

  /** A downcall, given the segment that its errno goes to. */
  private interface Downcall {
    long invoke(MemorySegment callState) throws Throwable;
  }

  private static long call(String description, Downcall downcall) throws OsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment callState = arena.allocate(CALL_STATE);
      long result = downcall.invoke(callState);
      if (result == FAILED) {
        throw new OsException(description, (int) ERRNO.get(callState, 0L));
      }
      return result;
    } catch (OsException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
