package org.smalloc4j.bench.pause;

/** What stops all threads of a JVM now and then. */
public enum StopCause {
  /** A thread dump. */
  STACKS("thread dump") {
    @Override
    void stop() {
      Thread.getAllStackTraces();
    }
  },
  /** A collection of a Java heap that is next to empty. */
  GC("System.gc") {
    @Override
    void stop() {
      System.gc();
    }
  };

  private final String label;

  StopCause(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  abstract void stop();
}
