package org.smalloc4j.bench.allocator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions the build has put on the class path. */
public final class Versions {

  public static final String SMALLOC4J;
  public static final String LWJGL;
  public static final String NETTY;
  public static final String AGRONA;

  static {
    var properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      if (in == null) {
        throw new IllegalStateException("versions.properties is missing beside Versions.class");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SMALLOC4J = properties.getProperty("smalloc4j", "unknown");
    LWJGL = properties.getProperty("lwjgl", "unknown");
    NETTY = properties.getProperty("netty", "unknown");
    AGRONA = properties.getProperty("agrona", "unknown");
  }

  private Versions() {}
}
