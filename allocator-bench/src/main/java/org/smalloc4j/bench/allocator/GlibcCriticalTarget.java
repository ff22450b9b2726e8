package org.smalloc4j.bench.allocator;

import java.lang.foreign.Linker;

/** glibc's malloc through FFM downcalls without a thread state transition. */
final class GlibcCriticalTarget extends NativeTarget {

  private static final NativeFunctions FUNCTIONS = Glibc.functions(Linker.Option.critical(false));

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    return Glibc.version();
  }
}
