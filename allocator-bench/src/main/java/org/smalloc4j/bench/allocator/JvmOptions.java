package org.smalloc4j.bench.allocator;

/** The JVM options without which some peers are slower than they can be; no other minds them. */
public final class JvmOptions {

  /** Allows {@code sun.misc.Unsafe} without a warning. */
  public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

  /** Lets Netty use it on Java 25, where its default is not to. */
  public static final String NETTY_UNSAFE = "-Dio.netty.noUnsafe=false";

  /** Makes Netty's direct memory the JDK's, without a count of its own. */
  public static final String NETTY_DIRECT_MEMORY = "-Dio.netty.maxDirectMemory=0";

  /** Samples no buffer for leaks. */
  public static final String NETTY_LEAK_DETECTION = "-Dio.netty.leakDetection.level=disabled";

  /** Far more direct memory than any benchmark uses; the default is the size of the Java heap. */
  public static final String DIRECT_MEMORY = "-XX:MaxDirectMemorySize=64g";

  private JvmOptions() {}
}
