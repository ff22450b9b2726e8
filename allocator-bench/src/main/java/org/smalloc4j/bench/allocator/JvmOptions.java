package org.smalloc4j.bench.allocator;

import java.util.List;

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

  /** So little direct memory that the garbage collector has to free some now and then. */
  public static final String LITTLE_DIRECT_MEMORY = "-XX:MaxDirectMemorySize=1g";

  /** Lets Agrona end direct buffers. */
  public static final String AGRONA_UNSAFE = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

  /** Those that a JVM gets whatever it measures. */
  public static final List<String> OF_ALL_PEERS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          UNSAFE,
          DIRECT_MEMORY,
          NETTY_UNSAFE,
          NETTY_DIRECT_MEMORY,
          NETTY_LEAK_DETECTION);

  private JvmOptions() {}
}
