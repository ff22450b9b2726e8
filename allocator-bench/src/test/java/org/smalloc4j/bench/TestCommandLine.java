package org.smalloc4j.bench;

import java.io.PrintWriter;

/** The command line for tests of other packages. */
public final class TestCommandLine {

  private TestCommandLine() {}

  /** Executes a command; all it says goes to {@code out}. */
  public static int execute(PrintWriter out, String... arguments) {
    return Main.commandLine().setOut(out).setErr(out).execute(arguments);
  }
}
