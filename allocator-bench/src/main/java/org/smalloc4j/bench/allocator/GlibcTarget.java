package org.smalloc4j.bench.allocator;

/** glibc's malloc through plain FFM downcalls: what Java code gets without any option. */
final class GlibcTarget extends NativeTarget {

  private static final NativeFunctions FUNCTIONS = Glibc.functions();

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    return Glibc.version();
  }
}
