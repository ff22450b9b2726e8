package org.smalloc4j.internal.os;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * The end of the process's data segment, which the C library's malloc moves too. Moving it is safe
 * only in a process where nobody else does; nothing can make it so.
 */
public final class ProgramBreak {
  private final CLibrary c = CLibrary.get();

  private final MemorySegment sbrk;

  /**
   * Finds the function.
   *
   * @throws UnsupportedOperationException if the C library has none
   */
  @SuppressWarnings("restricted")
  public ProgramBreak() {
    sbrk =
        Linker.nativeLinker()
            .defaultLookup()
            .find("sbrk")
            .orElseThrow(
                () -> new UnsupportedOperationException("this C library has no function sbrk"));
  }

  /**
   * Moves the break up. Contents of what is gained: zero, unless the break was moved down before.
   *
   * @param byteSize bytes, 0 or more
   * @return where the break was, which is where the gained memory begins
   * @throws OsException if the system refuses
   */
  public long extend(long byteSize) throws OsException {
    long before = c.call(sbrk, byteSize, 0, 0, 0, 0, 0);
    if (before == CLibrary.FAILED) {
      CLibrary.Repeated again = CLibrary.again(sbrk, byteSize, 0, 0, 0, 0, 0);
      if (again.result() == CLibrary.FAILED) {
        throw new OsException("sbrk of " + byteSize + " bytes", again.errno());
      }
      return again.result();
    }
    return before;
  }
}
