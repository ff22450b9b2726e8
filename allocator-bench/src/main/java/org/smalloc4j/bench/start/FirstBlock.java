package org.smalloc4j.bench.start;

/** Whose first block a JVM comes to. */
public enum FirstBlock {
  NONE("none", FirstBlocks.None.class),
  ARENA("arena", FirstBlocks.OfArena.class),
  DOWNCALL("glibc, one downcall", FirstBlocks.OfDowncall.class),
  SMALLOC4J("smalloc4j", FirstBlocks.OfSmalloc.class);

  private final String label;
  private final Class<?> main;

  FirstBlock(String label, Class<?> main) {
    this.label = label;
    this.main = main;
  }

  /** What it is called in tables. */
  public String label() {
    return label;
  }

  Class<?> main() {
    return main;
  }
}
