package org.smalloc4j.bench.allocator;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** The C library that {@link InstalledLibrary} names, through critical FFM downcalls. */
final class InstalledTarget extends NativeTarget {

  private static final InstalledLibrary LIBRARY = InstalledLibrary.ofThisJvm();
  private static final NativeFunctions FUNCTIONS =
      NativeFunctions.link(
          SymbolLookup.libraryLookup(LIBRARY.file(), Arena.global()),
          LIBRARY.prefix(),
          Linker.Option.critical(false));

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    return String.valueOf(LIBRARY.file().getFileName());
  }
}
