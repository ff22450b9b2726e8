package org.smalloc4j.c;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** A shared library of this machine, found by its soname. */
record CLibrary(SymbolLookup symbols) {
  /** Loads a library, for good; skips the test if this machine does not have it. */
  static CLibrary need(String soname, String debianPackage) {
    String remedy =
        soname + " is not on this machine (Debian: apt-get install " + debianPackage + ")";
    try {
      return load(soname);
    } catch (IllegalArgumentException missing) {
      assumeTrue(false, remedy);
      throw missing;
    }
  }

  /** Loads a library, for good. */
  @SuppressWarnings("restricted")
  static CLibrary load(String soname) {
    return new CLibrary(SymbolLookup.libraryLookup(soname, Arena.global()));
  }

  /** Links one of its functions. */
  Pointers.Function function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return Pointers.of(symbols.findOrThrow(name), descriptor, options);
  }
}
