package org.smalloc4j.classic;

import org.smalloc4j.Dependants;

/** Whether an allocator is open, and what is open on it. */
final class Lifetime {
  private final String name;

  /** What is attached. Its monitor guards {@link #close}. */
  private final Dependants dependants = new Dependants();

  /**
   * Plain: who calls after close has an edge from it and sees true. A call that races with close is
   * the caller's error, which no mode of this field could make safe.
   */
  private boolean closed;

  /** Begins the lifetime of an allocator that messages call so. */
  Lifetime(String name) {
    this.name = name;
  }

  /**
   * What is done at the end; whatever it throws, it can be done again, and goes on where it was.
   */
  interface Release {
    /** Gives everything back. */
    void run();
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the " + name + " is closed");
    }
  }

  void attach(AutoCloseable dependant) {
    synchronized (dependants) {
      checkOpen();
      dependants.add(dependant);
    }
  }

  void detach(AutoCloseable dependant) {
    dependants.remove(dependant);
  }

  /** Ends it, unless something is attached, and runs {@code release}, each time. */
  void close(Release release) {
    synchronized (dependants) {
      if (!closed) {
        dependants.checkNone("the " + name);
        closed = true;
      }
      release.run();
    }
  }

  /** Returns the name, and whether it has ended. */
  @Override
  public String toString() {
    return closed ? name + ", closed" : name;
  }
}
